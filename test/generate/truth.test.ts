import { describe, expect, it, onTestFinished } from 'vitest'
import { percentile, queuedResponsesMs, stalledResponsesMs, standstillsOf } from '../../bench/truth-model.ts'
import { findCompiler, startTruthServer } from '../../bench/truth-server.ts'
import { mergedFigures } from '../../lib/measure/merged-figures.ts'
import { flow, get, type Outcome, open, run, scenario } from './engine-fixture.ts'

/** What a busy machine may add to a response time; what it can never do is make one shorter. */
const graceMs = 1000

const evenArrivalsMs = (ratePerSecond: number, durationMs: number) =>
  Array.from({ length: (ratePerSecond * durationMs) / 1000 }, (_, i) => (i * 1000) / ratePerSecond)

/** The outcome, and how long after its arrival's time the server answered each request, by its own stamps. */
async function load(words: readonly (string | number)[], ratePerSecond: number, durationMs: number) {
  const server = await startTruthServer(words, undefined)
  onTestFinished(() => server.stop())
  const outcome = await run(
    scenario(server.origin, [open(ratePerSecond, durationMs)], [flow([get('/')])], { drainMs: 10_000 }),
  )
  const stamps = await server.stamps()
  const firstUs = stamps[0]?.atUs ?? Number.NaN
  const arrivalsMs = evenArrivalsMs(ratePerSecond, durationMs)
  const seenMs = stamps.map(({ answeredUs }, place) => (answeredUs - firstUs) / 1000 - (arrivalsMs[place] ?? 0))
  return { outcome, seenMs }
}

/** Everything that was due in the load, whether it ended in it or after it. */
function responses({ plan, measurements }: Outcome) {
  return mergedFigures(
    measurements,
    plan.phases.map(phase => phase.index),
  )
}

/** A machine that stood still made the server answer later than the truth is: not later than it did is what was measured. */
function expectTruth({ outcome, seenMs }: Awaited<ReturnType<typeof load>>, truthMs: readonly number[]): void {
  const { response, count, failures } = responses(outcome)
  expect(count).toBe(truthMs.length)
  expect(failures).toBe(0)
  for (const p of [50, 90, 99, 100]) {
    const measuredMs = (p === 100 ? response.maxUs : response.percentile(p)) / 1000
    const trueMs = percentile(truthMs, p)
    // The histogram's own rounding is up to 0.1 %; the server's clock starts with the first arrival, a little late.
    expect(measuredMs, `p${p}`).toBeGreaterThanOrEqual(trueMs * 0.98 - 2)
    expect(measuredMs, `p${p}`).toBeLessThanOrEqual(Math.max(trueMs, percentile(seenMs, p)) * 1.02 + graceMs)
  }
}

describe('what is reported follows from the schedule', () => {
  it('under a stall of one second', async () => {
    const stalls = { delayMs: 20, stallMs: 1000, periodMs: 60_000, firstMs: 1000 }
    const loaded = await load(['stall', 20, 1000, 60_000, 1000], 200, 3000)
    const truthMs = stalledResponsesMs(evenArrivalsMs(200, 3000), stalls.delayMs, standstillsOf(stalls, 10_000))
    expect(percentile(truthMs, 50)).toBe(20)
    expect(percentile(truthMs, 99)).toBeGreaterThan(980)
    expectTruth(loaded, truthMs)
    // A generator that waited for answers would have sent a handful in the stall, and seen one slow answer each.
    const slow = responses(loaded.outcome).response
    expect(slow.count - slow.countUpTo(500_000)).toBeGreaterThanOrEqual(100)
  })

  it('under an overload, where the queue grows and nothing is dropped', async () => {
    const loaded = await load(['queue', 10, 100], 150, 4000)
    expect(loaded.outcome.measurements.arrivals(0)).toMatchObject({ started: 600, missed: 0 })
    expectTruth(loaded, queuedResponsesMs(evenArrivalsMs(150, 4000), { workers: 10, serviceMs: 100 }))
  })
})

describe('the truth itself', () => {
  it('of the stall and the overload that other tools were measured with', () => {
    const stalls = { delayMs: 20, stallMs: 1000, periodMs: 10_000, firstMs: 5000 }
    const stalled = stalledResponsesMs(evenArrivalsMs(200, 20_000), stalls.delayMs, standstillsOf(stalls, 30_000))
    expect(percentile(stalled, 50)).toBe(20)
    expect(percentile(stalled, 99)).toBeCloseTo(940, -1)
    const queued = queuedResponsesMs(evenArrivalsMs(150, 20_000), { workers: 10, serviceMs: 100 })
    expect(queued).toHaveLength(3000)
    expect(percentile(queued, 50)).toBeCloseTo(5067, -1)
    expect(percentile(queued, 99)).toBeCloseTo(9967, -1)
    expect(Math.max(...queued)).toBeCloseTo(10_067, -1)
  })

  it('of standstills that overlap is that of the longest', () => {
    const standstills = [
      { beginMs: 10, endMs: 40 },
      { beginMs: 20, endMs: 30 },
    ]
    expect(stalledResponsesMs([0, 5, 9, 25, 40], 5, standstills)).toEqual([5, 35, 31, 20, 5])
  })
})

describe.each([undefined, findCompiler()])('the target that tells what it did, built with %s', compiler => {
  it('stamps stalls, arrivals and answers on the clock that the generator reads', async () => {
    const server = await startTruthServer(['stall', 20, 200, 60_000, 100], compiler)
    onTestFinished(() => server.stop())
    const beforeUs = performance.now() * 1000
    await run(scenario(server.origin, [open(100, 1000)], [flow([get('/')])], { drainMs: 10_000 }))
    const afterUs = performance.now() * 1000
    const [stamps, stalls] = [await server.stamps(), await server.stalls()]
    expect(stamps).toHaveLength(100)
    const firstUs = stamps[0]?.atUs ?? Number.NaN
    expect(firstUs).toBeGreaterThan(beforeUs)
    const planned = stalls.filter(({ beginUs }) => Math.abs(beginUs - firstUs - 100_000) < 1)
    expect(planned.map(({ beginUs, endUs }) => Math.round(endUs - beginUs))).toContain(200_000)
    const [stall] = planned
    for (const { atUs, answeredUs } of stamps) {
      expect(answeredUs - atUs).toBeGreaterThan(19_990)
      expect(answeredUs).toBeLessThan(afterUs)
      const inside = stall !== undefined && answeredUs > stall.beginUs + 1000 && answeredUs < stall.endUs - 1
      expect(inside && atUs + 20_000 > stall.beginUs, 'answered in the stall').toBe(false)
    }
  })
})
