import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { localEngine } from '../../lib/workflow/local-engine.ts'
import { localPorts } from '../../lib/workflow/local-ports.ts'
import { localRules } from '../../lib/workflow/local-rules.ts'
import { apiHere, scenario } from '../api/api-here.ts'
import { recordingServer } from '../cli/recording-server.ts'

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

  it('that are not named come into no thread and no before:, whatever request is stored', async () => {
    const server = await recordingServer()
    onTestFinished(() => server.close())
    const { ask, store, started } = apiHere()
    const get = (place: string) => ({ get: `/${place}/{{ secret.LOCAL_NAMED }}/{{ secret.LOCAL_OTHER or "none" }}` })
    const posted = scenario({
      target: server.url,
      before: [get('before')],
      load: [{ iterations: 3, users: 1 }],
      steps: [get('load')],
    })
    expect((await ask('POST', '/runs', { scenario: posted })).status).toBe(202)
    const limits = {
      allow: { hosts: [], cidrs: ['127.0.0.0/8'], ports: [{ from: 1, to: 65_535 }] },
      secretNames: ['LOCAL_NAMED'],
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const engine = localEngine(store, limits, {
      onVerdict: ({ headline }) => resolve(headline),
      onBroken: (_, error) => reject(error),
    })
    await engine.start(started[0] ?? '')
    await promise
    await engine.stopAll('the test is over')
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/before/one/none',
      ...Array.from({ length: 3 }, () => '/load/one/none'),
    ])
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
