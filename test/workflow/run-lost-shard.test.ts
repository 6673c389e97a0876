import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { aggregate } from '../../functions/aggregate.ts'
import { generate } from '../../functions/generate.ts'
import { merge } from '../../functions/merge.ts'
import { plan } from '../../functions/plan.ts'
import { monotonicClock } from '../../lib/generate/clock.ts'
import type { Report } from '../../lib/report/report.ts'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { openLocalStore } from '../../lib/store/local-store.ts'
import type { ObjectStore } from '../../lib/store/object-store.ts'
import type { Ports } from '../../lib/workflow/ports.ts'
import { prepareRun } from '../../lib/workflow/prepare-run.ts'

const shardCount = 4
const runId = 'lost'

type Generate = ReturnType<typeof generate>

/** What happens between the generators' end and Merge; `stranger` is another attempt at generating. */
type Damage = (objects: ObjectStore, stranger: Generate) => Promise<void>
const result = keys.shardResult(runId, 0, 2)

/** Runs the workflow's functions one after the other, as the state machine does, and spoils a shard before Merge. */
async function reportAfter(damage: Damage): Promise<{ report: Report; served: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-lost-'))
  const store = openLocalStore(folder)
  let served = 0
  const server = createServer((_, response) => {
    served++
    response.end('ok')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    store.runs.close()
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    rmSync(folder, { recursive: true, force: true })
  })
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const object = { target, load: [{ rate: '200/s', for: '500ms' }], steps: [{ get: '/' }] }
  const prepared = await prepareRun({ kind: 'object', object, folder, options: {} }, { random: () => 0.5, nowMs: 0 })
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.faults))
  const createdAt = '2026-01-01T00:00:00.000Z'
  await store.runs.create({
    schema: 'squall.run.v1',
    id: runId,
    scenario: 's',
    target,
    command: '',
    state: 'planned',
    createdAt,
  })
  await putArtifact(store.objects, keys.request(runId), {
    schema: 'squall.request.v1',
    runId,
    scenario: prepared.value.scenario,
    scenarioHash: '',
    seed: 1,
    shardCount,
    mostDerivedUsers: 100,
    version: '0',
    command: '',
    createdAt,
    files: [],
    sets: [],
  })
  const ports: Ports = {
    objects: store.objects,
    runs: store.runs,
    epochMs: Date.now,
    sleep: async () => {},
    secrets: async () => ({}),
    planning: { kind: 'local' },
  }
  const { shards } = await plan(ports)({ runId })
  const startUs = monotonicClock.nowUs() + 50_000
  const attempt = (nonce: string) =>
    generate({ ...ports, clock: monotonicClock, nonce, awaitStart: async () => startUs })
  await Promise.all(shards.map(shard => attempt(`attempt ${shard}`)({ runId, leg: 0, shard })))
  await damage(store.objects, attempt('stranger'))
  await merge(ports)({ runId, leg: 0 })
  const { verdict } = await aggregate(ports)({ runId })
  const report = await needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
  expect(verdict).toBe(report.verdict.result)
  expect((await store.runs.get(runId))?.verdict).toBe(verdict)
  return { report, served }
}

it('with every shard nothing is lost', async () => {
  const { report, served } = await reportAfter(async () => {})
  expect([report.total.count, served, report.lost]).toEqual([100, 100, []])
  expect(report.verdict.reasons.join()).not.toMatch(/lost/)
})

it.each<[string, Damage, RegExp]>([
  ['has left nothing', objects => objects.delete(result), /ended without a result/],
  [
    'has left the cause of its end',
    async objects => {
      await objects.delete(result)
      await objects.put(keys.shardCause(runId, 0, 2), new TextEncoder().encode('heap out of memory'))
    },
    /heap out of memory/,
  ],
  [
    'has a damaged result',
    async objects => {
      const bytes = await objects.get(result)
      await objects.put(result, (bytes ?? new Uint8Array()).subarray(0, 40))
    },
    /./,
  ],
])('a shard that %s makes the run inconclusive, which names its share', async (_, damage, cause) => {
  const { report, served } = await reportAfter(damage)
  expect(report.verdict.result).toBe('inconclusive')
  expect(report.lost).toEqual([{ leg: 0, shard: 2, share: 0.25, cause: expect.stringMatching(cause) }])
  expect(report.verdict.reasons.join('\n')).toMatch(/25 %/)
  expect([report.total.count, served]).toEqual([75, 100])
})

it('a shard is sent at most once, whoever asks for it again', async () => {
  const { report, served } = await reportAfter(async (objects, stranger) => {
    await objects.delete(result)
    expect(await stranger({ runId, leg: 0, shard: 2 })).toEqual({ sent: false })
    expect(await objects.get(result)).toBe(undefined)
  })
  expect([report.verdict.result, report.total.count, served]).toEqual(['inconclusive', 75, 100])
})
