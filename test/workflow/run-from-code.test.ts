import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check, run, ScenarioError, scenario } from '../../lib/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'squall-code-'))
let seen = 0
const server = createServer((_, response) => {
  seen++
  response.end('ok')
})
let target = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const long = () => scenario({ target, load: [{ rate: '50/s', for: '1m' }], steps: [{ get: '/' }] })

describe('a load test in a test suite of its own', () => {
  it('run() resolves to the report', async () => {
    const before = seen
    const given = scenario({
      target: 'http://127.0.0.1:1',
      vars: { count: 5 },
      load: [{ iterations: '$count', users: 2 }],
      steps: [{ get: '/', check: ['status is 200'] }],
    })
    const report = await run(given, { target, set: { count: '12' }, store: folder, generators: 2, seed: 3 })
    expect(report).toMatchObject({
      schema: 'squall.report.v1',
      run: { target, seed: 3, generatorCount: 2, command: 'run()' },
      verdict: { result: expect.stringMatching(/^(pass|inconclusive)$/) },
      total: { count: 12, failures: 0, checks: { 'status is 200': { pass: 12, fail: 0 } } },
    })
    expect(seen - before).toBe(12)
  })

  it('check() finds every fault and sends nothing', async () => {
    const before = seen
    expect(await check(long())).toMatchObject({ ok: true, faults: [], plan: { loadMs: 60_000 } })
    const faulty = await check({ target: 'ftp://x', steps: [], load: [{ users: 1, for: '0s' }] })
    expect(faulty.ok).toBe(false)
    expect(faulty.faults.length).toBeGreaterThanOrEqual(3)
    expect(faulty).not.toHaveProperty('plan')
    expect(await check(join(folder, 'nothing.yml'))).toMatchObject({
      ok: false,
      faults: [{ message: /not exist/ }].map(() => ({ file: join(folder, 'nothing.yml') })),
    })
    expect(seen).toBe(before)
  })

  it('run() rejects with every fault of a scenario that cannot start', async () => {
    const running = run({ target, steps: [{ get: '/{{ a }}' }, { get: '/{{ b }}' }] }, { store: folder })
    const error = await running.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ScenarioError)
    expect((error as ScenarioError).faults).toHaveLength(2)
  })

  it('a signal stops the load, and the report is inconclusive', async () => {
    const stop = new AbortController()
    const report = await run(long(), {
      store: folder,
      generators: 1,
      signal: stop.signal,
      onLive: live => {
        if (live.requests > 0) stop.abort()
      },
    })
    expect(report.verdict.result).toBe('inconclusive')
    expect(report.verdict.reasons[0]).toMatch(/^stopped after/)
    expect(report.run.durationMs).toBeLessThan(30_000)
  })

  it('a signal that was given before stops it at once', async () => {
    const before = seen
    const report = await run(long(), { store: folder, generators: 1, signal: AbortSignal.abort() })
    expect(report.verdict.result).toBe('inconclusive')
    expect(seen - before).toBeLessThan(50)
  })
})
