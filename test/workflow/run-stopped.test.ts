import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run, type ScenarioInput } from '../../lib/index.ts'
import type { LiveFigures } from '../../lib/measure/snapshot.ts'
import { FileObjectStore } from '../../lib/store/file-object-store.ts'
import { keys } from '../../lib/store/keys.ts'
import { followRun } from '../../lib/workflow/follow-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'squall-stopped-'))
let seen: string[] = []
/** What the server does with a request besides answering it at once. */
let onRequest: (url: string, response: ServerResponse) => void = () => {}
const server = createServer(({ url = '' }, response) => {
  seen.push(url)
  onRequest(url, response)
  if (url !== '/never') response.end('{"id":"of-before"}')
})
let target = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  seen = []
  onRequest = () => {}
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const settings = { store: folder, generators: 1 }
const long = (more: Partial<ScenarioInput>): ScenarioInput => ({
  target,
  load: [{ rate: '20/s', for: '1m' }],
  steps: [{ get: '/load' }],
  ...more,
})

describe('a run that is stopped while `before` is under way', () => {
  it('does not wait for it, sends no load, runs `after` and has a report', async () => {
    const stop = new AbortController()
    onRequest = url => {
      if (url === '/never') stop.abort()
    }
    const given = long({ before: [{ get: '/never' }], after: [{ get: '/after' }] })
    const report = await run(given, { ...settings, signal: stop.signal })
    expect(seen).toEqual(['/never', '/after'])
    expect(report.verdict).toMatchObject({
      result: 'inconclusive',
      reasons: [expect.stringMatching(/^stopped (?!.*-)/)],
    })
    expect(report.total.count).toBe(0)
  })

  it('ends its think times, too', async () => {
    const stop = new AbortController()
    onRequest = url => {
      if (url === '/before') setTimeout(() => stop.abort(), 20)
    }
    const given = long({ before: [{ get: '/before' }, { think: '1h' }] })
    const report = await run(given, { ...settings, signal: stop.signal })
    expect(seen).toEqual(['/before'])
    expect(report.verdict.result).toBe('inconclusive')
  })
})

describe('a run whose follower fails', () => {
  it('is stopped, and rejects with what the follower threw', async () => {
    const running = run(long({ after: [{ get: '/after' }] }), {
      ...settings,
      onLive: () => {
        throw new Error('no dashboard')
      },
    })
    await expect(running).rejects.toThrow('no dashboard')
    expect(seen.at(-1)).toBe('/after')
  })

  it('a live record that cannot be read is looked for again', async () => {
    const objects = new FileObjectStore(join(folder, 'live'))
    await objects.put(keys.live('r'), new TextEncoder().encode('{"schema":'))
    const ended = new AbortController()
    const shown: number[] = []
    const follower = {
      onPlan: () => {
        throw new Error('there is no plan')
      },
      onLive: ({ atMs }: LiveFigures) => {
        shown.push(atMs)
        ended.abort()
      },
    }
    const following = followRun(objects, 'r', follower, ended.signal)
    setTimeout(() => objects.put(keys.live('r'), new TextEncoder().encode(record)), 400)
    await following
    expect(shown).toEqual([5])
  })
})

const record = '{"schema":"squall.live.v1","live":{"atMs":5}}'
