import { describe, expect, it } from 'vitest'
import { aggregate } from '../../functions/aggregate.ts'
import { generate } from '../../functions/generate.ts'
import { merge } from '../../functions/merge.ts'
import { monotonicClock } from '../../lib/generate/clock.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import type { Report } from '../../lib/report/report.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { needArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import type { Ports } from '../../lib/workflow/ports.ts'
import { closed, flow, get, iterations, scenario, target } from '../generate/engine-fixture.ts'
import { changedObjects } from './changed-objects.ts'
import { runId, storedRun } from './stored-run.ts'

/** The report of a run whose load was generated, with other ports for Aggregate where they are given. */
async function reportOf(wanted: Scenario, change: Partial<Plan> = {}, other: Partial<Ports> = {}): Promise<Report> {
  const { store, ports } = await storedRun(wanted, change)
  const startUs = monotonicClock.nowUs()
  const attempt = { ...ports, clock: monotonicClock, nonce: 'n', awaitStart: async () => startUs }
  await generate(attempt)({ runId, leg: 0, shard: 0 })
  await merge(ports)({ runId, leg: 0 })
  await aggregate({ ...ports, ...other })({ runId })
  return needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
}

describe('steps of `after:` that fail', () => {
  it('are told, and do not change the verdict', async () => {
    const server = await target(({ url }, response) => response.writeHead(url === '/clean' ? 500 : 200).end())
    const wanted = scenario(server.url, [iterations(1, 1)], [flow([get('/')])], { after: [get('/clean')] })
    const report = await reportOf(wanted)
    expect(report.findings).toMatchObject([
      { kind: 'after failed', evidence: ['after: GET /clean: status 500 (GET /clean answered 500)'] },
    ])
    expect(report.verdict.result).toBe('pass')
  })

  it('leave the others to be run', async () => {
    const server = await target(({ url }, response) => response.writeHead(url === '/clean' ? 500 : 200).end())
    const after = [get('/clean'), get('/list')]
    const report = await reportOf(scenario(server.url, [iterations(1, 1)], [flow([get('/')])], { after }))
    expect(server.urls()).toEqual(['GET /', 'GET /clean', 'GET /list'])
    expect(report.findings).toMatchObject([{ kind: 'after failed', evidence: [expect.stringContaining('GET /clean')] }])
  })

  it('leave the run its report when they cannot even begin', async () => {
    const server = await target()
    const wanted = scenario(server.url, [iterations(1, 1)], [flow([get('/')])], { after: [get('/clean')] })
    const secrets = () => Promise.reject(new Error('the vault is closed'))
    const report = await reportOf(wanted, {}, { secrets })
    expect(report.findings).toMatchObject([{ kind: 'after failed', evidence: ['after: the vault is closed'] }])
    expect(report.total.count).toBe(1)
  })
})

describe('`after:`, where Aggregate is done again', () => {
  const wanted = (url: string) => scenario(url, [iterations(1, 1)], [flow([get('/')])], { after: [get('/clean')] })

  it('is run once, and its outcome is told by the attempt that makes the report', async () => {
    const server = await target(({ url }, response) => response.writeHead(url === '/clean' ? 500 : 200).end())
    const { store, ports } = await storedRun(wanted(server.url))
    const { objects: kept } = ports
    const objects = changedObjects(kept, {
      put: (key, body) => (key.includes('/report/') ? Promise.reject(new Error('no space')) : kept.put(key, body)),
    })
    await expect(aggregate({ ...ports, objects })({ runId })).rejects.toThrow('no space')
    await aggregate(ports)({ runId })
    expect(server.urls()).toEqual(['GET /clean'])
    const report = await needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
    expect(report.findings).toMatchObject([
      { kind: 'after failed', evidence: ['after: GET /clean: status 500 (GET /clean answered 500)'] },
    ])
  })

  it('is run where the answer to the write that begins it was lost, and the write repeated', async () => {
    const server = await target()
    const { ports } = await storedRun(wanted(server.url))
    const { objects: kept } = ports
    const objects = changedObjects(kept, {
      putIfAbsent: async (key, body) => (await kept.putIfAbsent(key, body)) && kept.putIfAbsent(key, body),
    })
    await aggregate({ ...ports, objects })({ runId })
    expect(server.urls()).toEqual(['GET /clean'])
  })

  it('is not begun again after an attempt that died in the middle of it, and the report says so', async () => {
    const server = await target()
    const { store, ports } = await storedRun(wanted(server.url))
    const dies = () => new Promise<never>(() => {})
    void aggregate({ ...ports, secrets: dies })({ runId })
    await expect.poll(() => store.objects.get(keys.after(runId))).toBeDefined()
    await aggregate(ports)({ runId })
    expect(server.urls()).toEqual([])
    const report = await needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
    expect(report.findings).toMatchObject([
      {
        kind: 'after failed',
        evidence: ['after: an attempt that has not come to its end has begun it, and it is not run twice'],
      },
    ])
  })
})

it('a generator that stopped for want of a sign of life is named as the cause, and nobody is said to have stopped it', async () => {
  const server = await target()
  const wanted = scenario(server.url, [closed(1, 60_000)], [flow([get('/')])])
  const { verdict } = await reportOf(wanted, { leaseMs: 100, controlEveryMs: 20 })
  expect(verdict.result).toBe('inconclusive')
  expect(verdict.reasons[0]).toMatch(/^generator 1 of 1 stopped after .*: the run gave no sign of life for 0\.1 s$/)
})

it('a leg whose stored summary is damaged is merged again from its shards', async () => {
  const server = await target()
  const wanted = scenario(server.url, [iterations(5, 1)], [flow([get('/')])])
  const { store, ports } = await storedRun(wanted)
  const startUs = monotonicClock.nowUs()
  await generate({ ...ports, clock: monotonicClock, nonce: 'n', awaitStart: async () => startUs })({
    runId,
    leg: 0,
    shard: 0,
  })
  await merge(ports)({ runId, leg: 0 })
  const bytes = new Uint8Array((await store.objects.get(keys.legSummary(runId, 0))) ?? [])
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  await store.objects.put(keys.legSummary(runId, 0), bytes)
  await aggregate(ports)({ runId })
  const report = await needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
  expect([report.total.count, report.lost]).toEqual([5, []])
})
