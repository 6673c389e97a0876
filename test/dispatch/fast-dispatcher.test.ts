import { describe } from 'vitest'
import { dispatcherContract } from './contract.ts'

describe('the fast dispatcher', () => dispatcherContract('fast'))
