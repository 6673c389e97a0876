import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { watch } from '../../functions/watch.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { encodeSnapshot } from '../../lib/measure/snapshot.ts'
import { makePlan } from '../../lib/plan/make-plan.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { type LocalStore, openLocalStore } from '../../lib/store/local-store.ts'
import { closed, flow, get, scenario } from '../generate/engine-fixture.ts'

const runId = 'r'
const shardCount = 2
const bytes = new TextEncoder().encode('x')

/** Watches a run of two generators over a clock that only `sleep` moves; `each` is what happens while it sleeps. */
async function watchWith(each: (atMs: number, store: LocalStore, plan: Plan) => Promise<unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'squall-watch-'))
  const store = openLocalStore(folder)
  onTestFinished(() => {
    store.runs.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const wanted = scenario('http://127.0.0.1:1', [closed(2, 3_600_000)], [flow([get('/')])])
  const plan = makePlan({ scenario: wanted, runId, scenarioHash: '', seed: 1, shardCount, nowMs: 0, local: true })
  await putArtifact(store.objects, keys.plan(runId), plan)
  let nowMs = 0
  const ports = {
    objects: store.objects,
    runs: store.runs,
    epochMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms
      await each(nowMs, store, plan)
    },
    announce: async () => {},
    secrets: async () => ({}),
  }
  return { ...(await watch(ports)({ runId })), endedAtMs: nowMs }
}

const snapshot = (store: LocalStore, plan: Plan, atMs: number) =>
  store.objects.put(keys.snapshot(runId, 0, 0), encodeSnapshot(new Measurements(plan), plan, atMs * 1000, 1, 0))

it('ends as soon as every shard has left a result or the cause of its end', async () => {
  const seen = await watchWith(async (atMs, store) => {
    if (atMs === 2000) await store.objects.put(keys.shardResult(runId, 0, 0), bytes)
    if (atMs === 5000) await store.objects.put(keys.shardCause(runId, 0, 1), bytes)
  })
  expect(seen).toEqual({ running: false, endedAtMs: 5000 })
})

it('ends with the merge of a leg whose shards could leave nothing', async () => {
  const seen = await watchWith(async (atMs, store) => {
    if (atMs === 3000) await store.objects.put(keys.legSummary(runId, 0), bytes)
  })
  expect(seen).toEqual({ running: false, endedAtMs: 3000 })
})

it('ends when nothing was heard of the generators for the length of the lease', async () => {
  const seen = await watchWith(async (atMs, store, plan) => {
    if (atMs <= 10_000) await snapshot(store, plan, atMs)
  })
  expect(seen).toEqual({ running: false, endedAtMs: 40_500 })
})

it('goes on after five minutes in another turn while the generators go on', async () => {
  const seen = await watchWith(async (atMs, store, plan) => snapshot(store, plan, atMs))
  expect(seen).toEqual({ running: true, endedAtMs: 300_000 })
})
