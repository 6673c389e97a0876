import { describe, expect, it } from 'vitest'
import { watch } from '../../functions/watch.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { encodeSnapshot, type LiveFigures } from '../../lib/measure/snapshot.ts'
import { makePlan } from '../../lib/plan/make-plan.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import type { RunStore } from '../../lib/store/run-store.ts'
import type { LiveRecord } from '../../lib/workflow/live-record.ts'
import { closed, flow, get, scenario } from '../generate/engine-fixture.ts'
import { type MemoryObjects, memoryObjects } from './memory-objects.ts'
import { runId, storedRun } from './stored-run.ts'
import { VirtualTime } from './virtual-time.ts'

const pricing = { region: 'us-east-1', network: 'internet', retentionDays: 30 } as const
const bytes = new TextEncoder().encode('x')

type Watched = {
  readonly time: VirtualTime
  readonly plan: Plan
  readonly objects: MemoryObjects
  readonly runs: RunStore
  readonly beats: number[]
  put(key: string): Promise<void>
  snapshot(leg: number, shard: number, requests: number, bytesSent?: number): Promise<void>
  live(): Promise<LiveFigures>
  watch(input?: object): Promise<{ running: boolean; cutShort: boolean; endedAtMs: number }>
}

/** A watcher over a store in memory and a time that only sleeping moves. */
async function watched(
  make: (plan: Plan) => Partial<Plan> = () => ({}),
  cloud?: { loadMs: number; target?: string },
): Promise<Watched> {
  const wanted = scenario(
    cloud?.target ?? 'http://127.0.0.1:1',
    [closed(2, cloud?.loadMs ?? 3_600_000)],
    [flow([get('/')])],
  )
  const { plan: local, ports } = await storedRun(wanted, { shardCount: 2 })
  const legTimes = { ...CLOUD_LEG_TIMES, startLeadMs: 20_000 }
  const input = { scenario: wanted, runId, scenarioHash: '', seed: 1, shardCount: 2, nowMs: 0, local: false, legTimes }
  const made = cloud === undefined ? local : makePlan(input)
  const plan = { ...made, ...make(made) }
  const time = new VirtualTime()
  const objects = memoryObjects()
  await putArtifact(objects, keys.plan(runId), plan)
  const beats: number[] = []
  const runs: RunStore = Object.assign(Object.create(ports.runs) as RunStore, {
    control: (id: string) => ports.runs.control(id),
    abort: (id: string, reason: string) => ports.runs.abort(id, reason),
    beat: async () => void beats.push(time.nowMs),
  })
  return {
    time,
    plan,
    objects,
    runs,
    beats,
    put: key => objects.put(key, bytes),
    snapshot: async (leg, shard, requests, bytesSent = 0) => {
      const measured = new Measurements(plan)
      for (let i = 0; i < requests; i++) measured.started(0, 0, 0)
      measured.figuresOf(0, 0).bytesSent = bytesSent
      const atUs = (time.nowMs - (plan.startAtMs ?? 0)) * 1000
      await objects.put(keys.snapshot(runId, leg, shard), encodeSnapshot(measured, plan, atUs, 1, shard))
    },
    live: async () => (await needArtifact<LiveRecord>(objects, keys.live(runId), 'squall.live.v1')).live,
    async watch(input = {}) {
      const planning = cloud === undefined ? ports.planning : ({ kind: 'cloud', legTimes, pricing } as const)
      const world = { ...ports, planning, objects, runs, epochMs: time.epochMs, sleep: time.sleep }
      const ended = await time.until(watch(world)({ runId, ...input }))
      return { ...ended, endedAtMs: time.nowMs }
    },
  }
}

describe('the watch of one leg, as on this machine', () => {
  it('ends as soon as every shard has left a result or the cause of its end', async () => {
    const one = await watched()
    one.time.at(2000, () => one.put(keys.shardResult(runId, 0, 0)))
    one.time.at(5000, () => one.put(keys.shardCause(runId, 0, 1)))
    expect(await one.watch()).toEqual({ running: false, cutShort: false, endedAtMs: 5000 })
  })

  it('ends with the merge of a leg whose shards could leave nothing', async () => {
    const one = await watched()
    one.time.at(3000, () => one.put(keys.legSummary(runId, 0)))
    expect(await one.watch()).toEqual({ running: false, cutShort: false, endedAtMs: 3000 })
  })

  it('ends when nothing was heard of the generators for the length of the lease', async () => {
    const one = await watched()
    one.time.every(500, nowMs => nowMs <= 10_000 && one.snapshot(0, 0, 1))
    expect(await one.watch()).toEqual({ running: false, cutShort: false, endedAtMs: 40_500 })
  })

  it('goes on after five minutes in another turn while the generators go on', async () => {
    const one = await watched()
    one.time.every(500, () => one.snapshot(0, 0, 1))
    expect(await one.watch()).toEqual({ running: true, cutShort: false, endedAtMs: 300_000 })
  })
})

describe('the beat', () => {
  it('is raised every two seconds, however slow the store answers', async () => {
    const one = await watched(() => ({ watchTurnMs: 60_000 }))
    const { get: quick } = one.objects
    one.objects.get = async key => {
      await one.time.sleep(20_000)
      return quick(key)
    }
    await one.watch()
    const gaps = one.beats.slice(1).map((ms, place) => ms - (one.beats[place] ?? 0))
    expect(one.beats.length).toBeGreaterThan(30)
    expect(new Set(gaps)).toEqual(new Set([2000]))
  })

  it('is tried again where the store does not take it; for longer than the lease nobody can be watched', async () => {
    const one = await watched()
    one.time.every(500, () => one.snapshot(0, 0, 1))
    const failing = (untilMs: number) => async () => {
      one.beats.push(one.time.nowMs)
      if (one.time.nowMs < untilMs) throw new Error('throttled')
    }
    one.runs.beat = failing(20_000)
    expect(await one.watch()).toMatchObject({ running: true })
    one.runs.beat = failing(Number.POSITIVE_INFINITY)
    await expect(one.watch()).rejects.toThrow('throttled')
  })
})

describe('the watch of many legs', () => {
  const day = { loadMs: 86_400_000 }

  it('looks only at legs that are invoked and not yet over, and adds up those that are', async () => {
    const one = await watched(() => ({}), { loadMs: 3 * 720_000 })
    const { plan } = one
    expect(plan.legs).toHaveLength(3)
    for (const { number, invokeAt } of plan.legs) {
      const fromMs = Date.parse(invokeAt)
      one.time.at(fromMs + 60_000, () => Promise.all([one.snapshot(number, 0, 10), one.snapshot(number, 1, 5)]))
      one.time.at(fromMs + 780_000, () =>
        Promise.all([0, 1].map(shard => one.put(keys.shardResult(runId, number, shard)))),
      )
    }
    const turns = []
    const started: number[] = []
    do {
      turns.push(await one.watch())
      started.push((await one.live().catch(() => undefined))?.started ?? 0)
    } while (turns.at(-1)?.running)
    expect(started.at(-1)).toBe(45)
    expect(started).toEqual(started.toSorted((a, b) => a - b))
    const { shards, users } = await one.live()
    expect([shards, users]).toEqual([2, 2])
  })

  it('costs the same in the last leg of a day as in the first', async () => {
    const one = await watched(() => ({}), day)
    const { plan } = one
    expect(plan.legs).toHaveLength(120)
    const turn = async (leg: number) => {
      one.time.nowMs = (plan.startAtMs ?? 0) + (plan.legs[leg]?.fromMs ?? 0) + 200_000
      await Promise.all([one.snapshot(leg, 0, 1), one.snapshot(leg, 1, 1)])
      const before = { ...one.objects.calls }
      expect(await one.watch()).toMatchObject({ running: true })
      return one.objects.calls.get + one.objects.calls.list - before.get - before.list
    }
    // What lies in the past of the first turn ends with it: after it, legs that are over are not looked at again.
    const first = await turn(0)
    await turn(60)
    const later = await turn(118)
    // 150 polls of at most two legs with two shards each, and the legs that ended in between once.
    expect(first).toBeLessThan(150 * 2 * 3 + 10)
    expect(later).toBeLessThan(150 * 2 * 3 + 3 * 120)
  })

  it('after an abort ends as soon as the load is silent, and nobody waits for the legs to come', async () => {
    const one = await watched(() => ({}), day)
    for (const shard of [0, 1]) await one.put(keys.claim(runId, 0, shard))
    one.time.at(60_000, () => one.runs.abort(runId, 'enough'))
    one.time.at(64_000, () => Promise.all([0, 1].map(shard => one.put(keys.shardResult(runId, 0, shard)))))
    const ended = await one.watch()
    expect(ended).toMatchObject({ running: false, cutShort: true })
    expect(ended.endedAtMs).toBeLessThan(66_000)
  })

  it('after an abort does not wait for ever for a generator that has died', async () => {
    const one = await watched(() => ({}), day)
    for (const shard of [0, 1]) await one.put(keys.claim(runId, 0, shard))
    one.time.at(60_000, () => one.runs.abort(runId, 'enough'))
    const ended = await one.watch()
    expect(ended).toMatchObject({ running: false, cutShort: true })
    // 15 s unreadable, 1 s to destroy, 20 s to upload.
    expect(ended.endedAtMs).toBeLessThan(60_000 + 36_000 + 5000)
  })
})

describe('the budget', () => {
  const hour = { loadMs: 3_600_000, target: 'https://example.com' }
  const dollar = { budget: { usd: 1, setBy: 'scenario' } } as const
  /** Each of both shards has sent 10 GB, 0.90 USD, in every ten minutes, until it sees the abort. */
  function sending(one: Watched): void {
    for (const shard of [0, 1])
      one.time.every(2000, async nowMs => {
        if ((await one.runs.control(runId))?.abort !== undefined) await one.put(keys.shardResult(runId, 0, shard))
        else await one.snapshot(0, shard, 1, nowMs * (1e10 / 600_000))
      })
    for (const shard of [0, 1]) one.time.at(1000, () => one.put(keys.claim(runId, 0, shard)))
  }

  it('that is used up stops the load, with a reason that names it and the cost so far', async () => {
    const one = await watched(() => dollar, hour)
    sending(one)
    expect(await one.watch()).toMatchObject({ running: true })
    expect((await one.runs.control(runId))?.abort).toBeUndefined()
    const ended = await one.watch()
    expect(ended).toMatchObject({ running: false, cutShort: true })
    expect((await one.runs.control(runId))?.abort).toMatch(
      /^budget: about (0\.9\d|1\.00) USD so far, 1\.0\d USD once all has ended; the scenario's budget is 1\.00 USD$/,
    )
    // 0.003 USD a second: the dollar lasts for a good five minutes.
    expect(ended.endedAtMs).toBeGreaterThan(300_000)
    expect(ended.endedAtMs).toBeLessThan(350_000)
  })

  it('is nothing to a run on this machine, nor to one that has none', async () => {
    const here = await watched(() => ({ budget: { usd: 0, setBy: 'scenario' }, startAtMs: 0 }))
    here.time.every(500, () => here.snapshot(0, 0, 1, 1e12))
    expect(await here.watch()).toMatchObject({ running: true })
    const free = await watched(() => ({}), hour)
    free.time.every(2000, () => free.snapshot(0, 0, 1, 1e12))
    expect(await free.watch()).toMatchObject({ running: true })
    for (const one of [here, free]) expect((await one.runs.control(runId))?.abort).toBeUndefined()
  })

  it('counts legs that are over until they were, in later turns as well', async () => {
    const one = await watched(() => ({ budget: { usd: 1, setBy: 'deployment' } }), hour)
    // Both generators of the first leg have died at once; it is over when the leg is merged.
    await one.put(keys.legSummary(runId, 0))
    expect(await one.watch()).toMatchObject({ running: true })
    const past = await one.objects.get(keys.livePast(runId))
    expect(JSON.parse(new TextDecoder().decode(past))).toMatchObject({ legs: [{ number: 0, endedMs: 0 }] })
    expect(await one.watch()).toMatchObject({ running: true })
  })
})

describe('the watch over an execution that has ended', () => {
  const input = { abort: 'the execution ended as ABORTED' }

  it('stops the load and waits until the shards that were claimed have ended', async () => {
    const one = await watched(() => ({}), { loadMs: 3 * 720_000 })
    one.time.nowMs = 100_000
    for (const shard of [0, 1]) await one.put(keys.claim(runId, 0, shard))
    await one.put(keys.shardCause(runId, 0, 1))
    one.time.at(107_000, () => one.put(keys.shardResult(runId, 0, 0)))
    const { endedAtMs } = await one.watch(input)
    expect((await one.runs.control(runId))?.abort).toBe(input.abort)
    expect(endedAtMs).toBeGreaterThanOrEqual(107_000)
    expect(endedAtMs).toBeLessThan(109_000)
    expect(one.beats).toEqual([])
  })

  it('waits for two polls where nothing is claimed, and no longer than a generator can go on', async () => {
    const one = await watched(() => ({}), { loadMs: 3 * 720_000 })
    one.time.nowMs = 100_000
    expect((await one.watch(input)).endedAtMs).toBe(104_000)
    await one.put(keys.claim(runId, 0, 0))
    expect((await one.watch(input)).endedAtMs).toBe(104_000 + 37_000)
  })

  it('of a run that was never planned only keeps it from beginning', async () => {
    const one = await watched()
    await one.objects.delete(keys.plan(runId))
    expect(await one.watch(input)).toMatchObject({ running: false, endedAtMs: 0 })
    expect((await one.runs.control(runId))?.abort).toBe(input.abort)
  })
})
