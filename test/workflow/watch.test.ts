import { expect, it } from 'vitest'
import { watch } from '../../functions/watch.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { encodeSnapshot } from '../../lib/measure/snapshot.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { keys } from '../../lib/store/keys.ts'
import type { LocalStore } from '../../lib/store/local-store.ts'
import { closed, flow, get, scenario } from '../generate/engine-fixture.ts'
import { runId, storedRun } from './stored-run.ts'

const bytes = new TextEncoder().encode('x')

/** Watches a run of two generators over a clock that only `sleep` moves; `each` is what happens while it sleeps. */
async function watchWith(each: (atMs: number, store: LocalStore, plan: Plan) => Promise<unknown>) {
  const wanted = scenario('http://127.0.0.1:1', [closed(2, 3_600_000)], [flow([get('/')])])
  const { store, plan, ports } = await storedRun(wanted, { shardCount: 2 })
  let nowMs = 0
  const sleep = async (ms: number) => {
    nowMs += ms
    await each(nowMs, store, plan)
  }
  return { ...(await watch({ ...ports, epochMs: () => nowMs, sleep })({ runId })), endedAtMs: nowMs }
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
