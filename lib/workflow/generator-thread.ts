import module from 'node:module'

// A thread does not inherit the cache of compiled code, and takes three times as long to load without it.
module.enableCompileCache()
await import('./generator-main.ts')
