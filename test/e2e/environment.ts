import { inject } from 'vitest'

// Clients of AWS in the cases find the local one as users' clients find AWS: by the environment.
Object.assign(process.env, inject('deployed').environment)
