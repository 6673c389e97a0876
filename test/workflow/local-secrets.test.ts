import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localPorts } from '../../lib/workflow/local-ports.ts'
import { localRules } from '../../lib/workflow/local-rules.ts'
import { apiHere } from '../api/api-here.ts'

beforeAll(() => {
  vi.stubEnv('LOCAL_NAMED', 'one')
  vi.stubEnv('LOCAL_OTHER', 'two')
  vi.stubEnv('LOCAL_EMPTY', '')
})
afterAll(() => vi.unstubAllEnvs())

const asked = ['LOCAL_NAMED', 'LOCAL_OTHER', 'LOCAL_EMPTY', 'LOCAL_NONE']

describe('secrets of this machine', () => {
  it.each([
    ['any variable, where the user runs a scenario', {}, { LOCAL_NAMED: 'one', LOCAL_OTHER: 'two', LOCAL_EMPTY: '' }],
    ['none, where none is named', { secretNames: [] }, {}],
    ['those that are named', { secretNames: ['LOCAL_NAMED', 'LOCAL_NONE'] }, { LOCAL_NAMED: 'one' }],
    ['nothing that an object has by itself', { secretNames: ['toString'] }, {}],
  ] as const)('are %s', async (_, limits, found) => {
    const { store } = apiHere()
    expect(await localPorts(store, limits).secrets([...asked, 'toString'])).toEqual(found)
  })

  it('that are not named are refused with what would name them', () => {
    const allow = { hosts: [], cidrs: [], ports: [] }
    const { secretFaults } = localRules({ allow, secretNames: ['LOCAL_NAMED'], concurrentRuns: 1 })
    expect(secretFaults?.(['LOCAL_NAMED', 'LOCAL_OTHER'])).toEqual([
      {
        path: 'secret.LOCAL_OTHER',
        message: 'it is no secret here',
        expected: 'a secret that squall serve was started with',
        fix: 'squall serve --secret LOCAL_OTHER',
      },
    ])
  })
})
