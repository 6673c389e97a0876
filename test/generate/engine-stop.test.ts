import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createPacer } from '../../lib/generate/pacer.ts'
import { Timers } from '../../lib/generate/timers.ts'
import { decodeShardResult, encodeShardResult } from '../../lib/measure/shard-result.ts'
import type { Step } from '../../lib/scenario/step.ts'
import {
  closed,
  flow,
  get,
  iterations,
  type Outcome,
  open,
  run,
  scenario,
  target,
  think,
  totals,
  when,
} from './engine-fixture.ts'

const slow = (ms: number) => target((_, response) => setTimeout(() => response.end('ok'), ms))

/** Iterations of the first phase that were started and did not end. */
const startedLess = ({ plan, measurements }: Outcome) =>
  plan.flowNames.reduce(
    (left, _, flow) => left - (measurements.flowFigures(0, flow)?.iterations ?? 0),
    measurements.arrivals(0)?.started ?? 0,
  )

describe('the end of the load', () => {
  it('lets iterations finish in the drain, and counts what was due there apart', async () => {
    const server = await slow(700)
    const wanted = scenario(server.url, [closed(2, 600)], [flow([get('/a'), get('/b')])])
    const outcome = await run(wanted)
    const drain = outcome.plan.phases.length - 1
    expect(server.urls().sort()).toEqual(['GET /a', 'GET /a', 'GET /b', 'GET /b'])
    expect(outcome.measurements.figures(0, 0)?.count).toBe(2)
    expect(outcome.measurements.figures(0, 1)).toBeUndefined()
    expect(outcome.measurements.figures(drain, 1)?.count).toBe(2)
    expect(outcome.measurements.flowFigures(0, 0)?.iterations).toBe(2)
    const health = outcome.shards[0]?.health
    expect(health?.state).toBe('finished')
    // The last thing was an answer to /b, long before the drain's limit.
    const lastMs = outcome.measurements.lastEndUs(drain) / 1000
    expect(health?.endedAtMs).toBeGreaterThanOrEqual(lastMs)
    expect(health?.endedAtMs).toBeLessThan(2600)
  })

  it('interrupts what the drain leaves, and counts it as neither success nor failure', async () => {
    const server = await slow(30_000)
    const wanted = scenario(server.url, [closed(3, 600)], [flow([get('/a')])], { drainMs: 100 })
    const outcome = await run(wanted)
    expect(outcome.measurements.interrupted).toBe(3)
    expect(outcome.measurements.arrivals(0)).toMatchObject({ started: 3, interrupted: 3 })
    expect(totals(outcome, 'GET /a')).toEqual({ count: 0, failures: 0, retried: 0 })
    expect(outcome.measurements.flowFigures(0, 0)).toBeUndefined()
    expect(outcome.shards[0]?.health.endedAtMs).toBeGreaterThanOrEqual(700)
  })

  it('counts iterations that it cuts off while their users think', async () => {
    const server = await target()
    const wanted = scenario(server.url, [closed(3, 600)], [flow([get('/a'), think(30_000)])], { drainMs: 100 })
    const outcome = await run(wanted)
    expect(outcome.measurements.interrupted).toBe(0)
    expect(outcome.measurements.arrivals(0)).toMatchObject({ started: 3, interrupted: 3 })
    expect(totals(outcome, 'GET /a').count).toBe(3)
  })
})

describe('an abort', () => {
  it('stops starting at once, destroys what is under way after the grace, and returns what there is', async () => {
    const server = await target(({ url }, response) => {
      if (url === '/quick') setTimeout(() => response.end('ok'), 5)
    })
    const flows = [flow([get('/quick')], { name: 'a' }), flow([get('/never')], { name: 'b' })]
    let beat = 0
    const begun = performance.now()
    const read = async () => (performance.now() - begun > 300 ? { beat: beat++, abort: 'Ctrl-C' } : { beat: beat++ })
    const wanted = scenario(server.url, [closed(4, 60_000)], flows)
    const outcome = await run(wanted, { ports: { control: { read } }, plan: { controlEveryMs: 20, abortGraceMs: 100 } })
    const health = outcome.shards[0]?.health
    expect(health).toMatchObject({ state: 'aborted', reason: 'Ctrl-C' })
    expect(outcome.measurements.interrupted).toBe(2)
    expect(startedLess(outcome)).toBe(outcome.measurements.arrivals(0)?.interrupted)
    expect(outcome.measurements.arrivals(0)?.interrupted).toBe(2)
    const sent = server.urls().filter(url => url === 'GET /quick').length
    expect(totals(outcome, 'GET /quick').count).toBe(sent)
    expect(health?.stoppedAtMs).toBeGreaterThan(200)
    const [result] = outcome.shards
    if (result === undefined) throw new Error('no result')
    const back = decodeShardResult(encodeShardResult(result), outcome.plan)
    expect(back.measurements.figures(0, 0)?.count).toBe(sent)
    expect(back.health.state).toBe('aborted')
  })

  /** With a grace that is long enough for all answers. */
  const stopWhen = (isTime: () => boolean) => {
    let beat = 0
    const read = async () => ({ beat: beat++, ...(isTime() ? { abort: 'Ctrl-C' } : {}) })
    return { ports: { control: { read } }, plan: { controlEveryMs: 20, abortGraceMs: 5000 } }
  }

  it.each(['precise', 'default', 'frugal'] as const)(
    'ends a load under %s pacing while answers are awaited',
    async pacing => {
      const server = await slow(200)
      const wanted = scenario(server.url, [open(100, 60_000)], [flow([get('/')])], { pacing })
      const outcome = await run(
        wanted,
        stopWhen(() => server.seen.length > 30),
      )
      expect(outcome.shards[0]?.health.state).toBe('aborted')
      const { count } = totals(outcome, 'GET /')
      expect(count).toBe(server.seen.length)
      // What came after the stop, some twenty answers, is no part of the phase's throughput.
      expect(outcome.measurements.figures(0, 0)?.answered).toBeLessThan(count)
    },
  )

  it('follows no redirect any more, and sends nothing that waits for a connection', async () => {
    const server = await target(({ url }, response) => {
      const hop = Number(url?.slice(1) ?? 0)
      response.writeHead(302, { location: `/${hop + 1}` })
      setTimeout(() => response.end(), 60)
    })
    let stopped = false
    const isTime = () => {
      if (!stopped && server.seen.length > 6) stopped = true
      return stopped
    }
    const plain = scenario(server.url, [closed(10, 60_000)], [flow([get('/0')])])
    const wanted = { ...plain, http: { ...plain.http, connections: { pooled: 2 } } }
    const outcome = await run(wanted, stopWhen(isTime))
    const { measurements } = outcome
    expect(outcome.shards[0]?.health.state).toBe('aborted')
    expect(measurements.arrivals(0)).toMatchObject({ started: 10, interrupted: 10 })
    expect(measurements.interrupted).toBe(10)
    expect(server.seen.length).toBeLessThan(20)
  })

  it.each([
    ['users', () => closed(20, 60_000)],
    ['arrivals', () => open(200, 60_000, { maxUsers: 400 })],
  ])('lets iterations end whose last answer still comes: %s', async (_, load) => {
    const server = await slow(50)
    const grouped: Step = { kind: 'group', name: 'g', steps: [get('/'), when('1 > 2', [get('/never')], [])] }
    const isTime = () => server.seen.length > 50
    const outcome = await run(scenario(server.url, [load()], [flow([grouped])]), stopWhen(isTime))
    const { measurements, plan } = outcome
    const started = measurements.arrivals(0)?.started ?? 0
    expect(server.seen).toHaveLength(started)
    expect(totals(outcome, 'GET /').count).toBe(started)
    expect(measurements.arrivals(0)?.interrupted).toBe(0)
    expect(plan.flowNames.map((_, place) => measurements.flowFigures(0, place)?.iterations)).toEqual([started, started])
  })

  it.each([
    ['a request', get('/b')],
    ['a think time', think(10)],
  ])('cuts off iterations that have %s left, and sends nothing more', async (_, rest) => {
    const held: ServerResponse[] = []
    const server = await target((_, response) => void held.push(response))
    // They are answered after the stop has been read.
    const isTime = () => {
      if (held.length < 5) return false
      setTimeout(() => held.splice(0).map(response => response.end('ok')), 100)
      return true
    }
    const steps = [get('/a'), rest]
    const outcome = await run(scenario(server.url, [closed(5, 60_000)], [flow(steps)]), stopWhen(isTime))
    expect(server.urls()).toEqual(Array.from({ length: 5 }, () => 'GET /a'))
    expect(totals(outcome, 'GET /a').count).toBe(5)
    expect(outcome.measurements.arrivals(0)).toMatchObject({ started: 5, interrupted: 5 })
    expect(outcome.measurements.flowFigures(0, 0)).toBeUndefined()
  })

  it.each([
    ['no change of beat', async () => ({ beat: 1 }), { leaseMs: 200, unreadableMs: 60_000 }],
    ['nothing to read', async () => undefined, { leaseMs: 60_000, unreadableMs: 200 }],
    ['a reading that fails', () => Promise.reject(new Error('gone')), { leaseMs: 60_000, unreadableMs: 200 }],
    ['a reading that hangs', () => new Promise<undefined>(() => {}), { leaseMs: 60_000, unreadableMs: 200 }],
  ])('a lost lease, too: %s', async (_, read, times) => {
    const server = await target()
    const wanted = scenario(server.url, [open(50, 60_000)], [flow([get('/')])])
    const plan = { controlEveryMs: 20, abortGraceMs: 50, ...times }
    const outcome = await run(wanted, { ports: { control: { read } }, plan })
    expect(outcome.shards[0]?.health.state).toBe('lease lost')
    expect(totals(outcome, 'GET /').count + outcome.measurements.interrupted).toBe(server.seen.length)
  })
})

describe('truth', () => {
  it('under a stall: response times from the schedule, service times from the send', async () => {
    // The server stands still from 0.3 s to 1.3 s after its first request: what comes in between waits for its end.
    const stall = { fromMs: 300, toMs: 1300 }
    let first: number | undefined
    const server = await target((_, response) => {
      const now = performance.now()
      first ??= now
      const at = now - first
      setTimeout(() => response.end('ok'), at >= stall.fromMs && at < stall.toMs ? stall.toMs - at : 0)
    })
    const wanted = scenario(server.url, [open(100, 2000)], [flow([get('/')])])
    const { measurements } = await run(wanted)
    const figures = measurements.figures(0, 0)
    expect(figures?.count).toBe(200)
    const truth = Array.from({ length: 200 }, (_, i) => 10 * i)
      .map(due => (due >= stall.fromMs && due < stall.toMs ? stall.toMs - due : 1))
      .sort((a, b) => a - b)
    for (const percentile of [60, 75, 90, 99]) {
      const expected = truth[Math.ceil((percentile / 100) * 200) - 1] ?? 0
      const measured = (figures?.response.percentile(percentile) ?? 0) / 1000
      // Too small is what a generator says that waits with the target; too large, what a busy machine adds.
      expect(measured).toBeGreaterThan(expected - 60)
      expect(measured).toBeLessThan(expected + 500)
    }
  })

  it('with one user: what waits for it is late by the wait, and the next request counts from the end and the think time', async () => {
    const server = await slow(50)
    const wanted = scenario(server.url, [iterations(2, 1)], [flow([get('/a'), think(700), get('/b')])])
    const { measurements } = await run(wanted)
    // Had the think time been counted, /b would take at least 750 ms.
    expect(measurements.figures(0, 1)?.response.maxUs).toBeLessThan(700_000)
    expect(measurements.flowFigures(0, 0)?.durations.minUs).toBeGreaterThanOrEqual(798_000)
    expect(measurements.figures(0, 0)?.response.minUs).toBeGreaterThanOrEqual(49_000)
  })
})

it('the pacer fires in order, nothing early, also what is pushed while it sleeps', async () => {
  const timers = new Timers()
  const pacer = createPacer()
  const begun = performance.now()
  const nowUs = () => (performance.now() - begun) * 1000
  const fired: { dueUs: number; atUs: number }[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const push = (dueUs: number) => timers.push(dueUs, { due: () => void fired.push({ dueUs, atUs: nowUs() }) })
  for (const ms of [40, 3, 80.5, 20, 20.2, 0]) push(ms * 1000)
  pacer.start(timers, nowUs)
  setTimeout(() => push(60_000), 30)
  setTimeout(() => push(10), 50)
  timers.push(100_000, { due: () => resolve() })
  await promise
  pacer.stop()
  expect(fired).toHaveLength(8)
  expect(fired.every(each => each.atUs >= each.dueUs)).toBe(true)
  expect(fired.map(each => each.dueUs)).toEqual([0, 3000, 20_000, 20_200, 40_000, 10, 60_000, 80_500])
})
