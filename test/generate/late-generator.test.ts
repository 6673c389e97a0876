import { describe, expect, it } from 'vitest'
import { monotonicClock } from '../../lib/generate/clock.ts'
import { closed, flow, get, iterations, open, run, scenario, target, think } from './engine-fixture.ts'

/** Runs a shard that becomes ready so many ms after the load's start. */
const lateBy = (ms: number) => ({ ports: { awaitStart: async () => monotonicClock.nowUs() - ms * 1000 } })

describe('a generator that is ready late', () => {
  it('sends no burst of the arrivals that were due before: they are missed', async () => {
    const server = await target()
    const { measurements } = await run(scenario(server.url, [open(100, 2000)], [flow([get('/')])]), lateBy(1500))
    const arrivals = measurements.arrivals(0)
    expect((arrivals?.started ?? 0) + (arrivals?.missed ?? 0)).toBe(200)
    expect(arrivals?.missedBy.late).toBeGreaterThanOrEqual(150)
    expect(server.seen).toHaveLength(arrivals?.started ?? -1)
  })

  it('begins its users in the rhythm of their ramp, as much later as it is late, each an iteration short', async () => {
    const server = await target()
    const ramp = closed(20, 4000, { rampMs: 2000 })
    const wanted = scenario(server.url, [ramp], [flow([get('/'), think(60_000)])], { drainMs: 100 })
    const { measurements } = await run(wanted, lateBy(2000))
    const arrivals = measurements.arrivals(0)
    expect([arrivals?.started, arrivals?.missedBy.late]).toEqual([20, 20])
    // 20 users over 2 s: had they begun together, all would have come within a moment.
    const times = server.seen.map(({ atMs }) => atMs)
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1500)
    // None of the lateness is booked on the target.
    expect(measurements.figures(0, 0)?.response.maxUs).toBeLessThan(1_500_000)
  })

  it('tells of the users whose life is over before they could begin, however short that is', async () => {
    const server = await target()
    const wanted = scenario(server.url, [closed(5, 500)], [flow([get('/')])], { drainMs: 100 })
    const { measurements } = await run(wanted, lateBy(600))
    expect(server.seen).toEqual([])
    expect([measurements.arrivals(0)?.started, measurements.arrivals(0)?.missedBy.late]).toEqual([0, 5])
  })

  it('tells once of a user whose life is over before it begins, though it was a second late already', async () => {
    const server = await target()
    const wanted = scenario(server.url, [closed(5, 3000)], [flow([get('/')])], { drainMs: 100 })
    // When the users have been placed, and before the first of them begins, the machine stands still for five seconds.
    let stoodUs = 0
    const clock = { ...monotonicClock, nowUs: () => monotonicClock.nowUs() + stoodUs }
    const awaitStart = async () => {
      setImmediate(() => {
        stoodUs = 5_000_000
      })
      return monotonicClock.nowUs() - 1_500_000
    }
    const { measurements } = await run(wanted, { ports: { clock, awaitStart } })
    expect(server.seen).toEqual([])
    expect([measurements.arrivals(0)?.started, measurements.arrivals(0)?.missedBy.late]).toEqual([0, 5])
  })

  it('makes all iterations of a phase that counts them, and books none of the lateness on the target', async () => {
    const server = await target()
    const { measurements } = await run(scenario(server.url, [iterations(6, 3)], [flow([get('/')])]), lateBy(3000))
    expect(server.seen).toHaveLength(6)
    expect(measurements.figures(0, 0)?.response.maxUs).toBeLessThan(2_500_000)
  })
})

describe('a generator that is told to stop before its start', () => {
  it.each([
    ['at once', { beat: 1, abort: 'changed my mind' }],
    ['while it waits', undefined],
  ])('sends nothing and says so: %s', async (_, first) => {
    const server = await target()
    let read = 0
    const control = {
      read: async () => (read++ === 0 && first === undefined ? { beat: 1 } : { beat: 1, abort: 'changed my mind' }),
    }
    const awaitStart = (stopped: AbortSignal) =>
      new Promise<number>(resolve => {
        if (stopped.aborted) resolve(monotonicClock.nowUs())
        else stopped.addEventListener('abort', () => resolve(monotonicClock.nowUs()))
      })
    const { shards } = await run(scenario(server.url, [closed(5, 60_000)], [flow([get('/')])]), {
      ports: { control, awaitStart },
      plan: { controlEveryMs: 10 },
    })
    expect(server.seen).toEqual([])
    expect(shards[0]?.health).toMatchObject({ state: 'aborted', reason: 'changed my mind' })
  })

  it('sends nothing before it has read the control item, however late that is', async () => {
    const server = await target()
    const control = { read: () => Promise.reject(new Error('throttled')) }
    const { shards } = await run(scenario(server.url, [closed(5, 60_000)], [flow([get('/')])]), {
      ports: { control },
      plan: { controlEveryMs: 10, unreadableMs: 300 },
    })
    expect(server.seen).toEqual([])
    expect(shards[0]?.health.state).toBe('lease lost')
  })
})

it('the start skew is told by the clock of the store, with its bound', async () => {
  const server = await target()
  // The store's clock is 5 s ahead.
  const control = {
    read: async () => ({ beat: Math.random(), serverDateMs: Math.floor((Date.now() + 5000) / 1000) * 1000 }),
  }
  const wanted = scenario(server.url, [open(10, 2000)], [flow([get('/')])])
  const startAtMs = Date.now()
  const startUs = monotonicClock.nowUs()
  const { shards } = await run(wanted, {
    ports: { control, awaitStart: async () => startUs },
    plan: { controlEveryMs: 118, startAtMs },
  })
  const { startSkewMs = 0, startSkewBoundMs = 0 } = shards[0]?.health ?? {}
  expect(startSkewBoundMs).toBeGreaterThan(0)
  expect(startSkewBoundMs).toBeLessThanOrEqual(600)
  expect(Math.abs(startSkewMs - 5000)).toBeLessThanOrEqual(startSkewBoundMs + 5)
})
