import { describe } from 'vitest'
import { dispatcherContract } from './contract.ts'

describe('the undici dispatcher', () => dispatcherContract('undici'))
