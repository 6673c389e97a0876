import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { budgetBreach } from '../../lib/judge/budget-breach.ts'
import { estimateCost } from '../../lib/plan/estimate.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { pricesOf } from '../../lib/plan/price-table.ts'
import { DEFAULT_ASSUMPTIONS } from '../../lib/plan/run-usage.ts'
import { costIfEnded } from '../../lib/plan/running-cost.ts'
import { open, plan as planOf, track } from '../plan/fixture.ts'

const prices = pricesOf('us-east-1')
const basis = { prices, assumptions: DEFAULT_ASSUMPTIONS }

function cloudPlan(perSecond: number, lastsMs: number, shardCount: number, usd?: number): Plan {
  const of = { target: 'https://example.com', tracks: [track([open(perSecond, perSecond, lastsMs)], { main: 1 })] }
  const budget = usd === undefined ? {} : { budget: { usd, setBy: 'scenario' } as const }
  return planOf(of, { local: false, shardCount, ...budget })
}

/** A run whose requests have one size and come at one rate, and whose newest snapshot is so old. */
function steady(plan: Plan, perSecond: number, requestBytes: number) {
  const startMs = plan.startAtMs ?? 0
  const bytesAt = (nowMs: number) =>
    (requestBytes * perSecond * Math.min(plan.loadMs, Math.max(0, nowMs - startMs))) / 1000
  return {
    breachAt(nowMs: number, snapshotAgeMs = 0) {
      const bytesSent = bytesAt(nowMs - snapshotAgeMs)
      const requests = bytesSent / requestBytes
      const live = { requests, ratePerSecond: requests > 0 ? perSecond : 0, bytesSent, bytesReceived: 0 }
      return budgetBreach(plan, { nowMs, legEndsMs: new Map(), live }, basis)
    },
    costIfEndedAt: (atMs: number) =>
      costIfEnded(plan, { atMs, legEndsMs: new Map(), bytesOut: bytesAt(atMs), bytesIn: 0 }, basis),
  }
}

const lastsMs = 600_000

describe('a budget', () => {
  const estimateUsd = estimateCost(cloudPlan(100, lastsMs, 2), prices).totalUsd
  const half = (perSecond: number, usd: number | undefined, requestBytes: number) => {
    const plan = cloudPlan(perSecond, lastsMs, 2, usd)
    return steady(plan, perSecond, requestBytes).breachAt((plan.startAtMs ?? 0) + lastsMs / 2)
  }

  it.each([
    ['as large as the estimate', 100, estimateUsd, 600, false],
    ['a ten-thousandth above the estimate', 100, estimateUsd * 1.0001, 600, false],
    ['half of it', 100, estimateUsd / 2, 600, true],
    ['passed by requests that are larger than was foreseen', 100, estimateUsd, 60_000, true],
    ['that is none', 100, undefined, 60_000, false],
  ])('%s', (_, perSecond, usd, bytes, breached) => {
    expect(half(perSecond, usd, bytes) !== undefined).toBe(breached)
  })

  it('that is breached is told with the cost so far, and with what goes on until the stop is complete', () => {
    const breach = half(100, estimateUsd, 60_000)
    // 30,000 requests of 60 KB are 1.8 GB.
    expect(breach?.soFarUsd).toBeGreaterThan(1.8 * 0.09)
    expect(breach?.stoppedUsd).toBeGreaterThan((breach?.soFarUsd ?? 0) + 100 * 60_000 * 6e-9 * 0.09)
    expect(breach?.budget).toEqual({ usd: estimateUsd, setBy: 'scenario' })
  })

  it('stops nothing once the load has ended, nor where the plan fixes no start', () => {
    const plan = cloudPlan(100, lastsMs, 2, 0.0001)
    const endMs = (plan.startAtMs ?? 0) + lastsMs
    expect(steady(plan, 100, 600).breachAt(endMs - 1)).toBeDefined()
    expect(steady(plan, 100, 600).breachAt(endMs)).toBeUndefined()
    const { startAtMs: _, ...here } = plan
    expect(steady(here, 100, 600).breachAt(endMs - 1)).toBeUndefined()
  })
})

const run = fc.record({
  perSecond: fc.integer({ min: 1, max: 5_000 }),
  seconds: fc.integer({ min: 20, max: 3_000 }),
  shards: fc.integer({ min: 1, max: 300 }),
  /** Of the estimate. */
  share: fc.double({ min: 0.2, max: 3, noNaN: true }),
  requestBytes: fc.integer({ min: 100, max: 1_000_000 }),
  ages: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
})

test.prop([run])(
  'a run at a steady rate that is stopped between its first figures and its last seconds stays within its budget',
  given => {
    const { perSecond, seconds, shards, share, requestBytes, ages } = given
    const { totalUsd } = estimateCost(cloudPlan(perSecond, seconds * 1000, shards), prices)
    const plan = cloudPlan(perSecond, seconds * 1000, shards, totalUsd * share)
    const of = steady(plan, perSecond, requestBytes)
    const endMs = (plan.startAtMs ?? 0) + plan.loadMs
    const { snapshotEveryMs, controlEveryMs, abortGraceMs } = plan
    // A budget that the first figures find used up can only be exceeded.
    let nowMs = (plan.startAtMs ?? 0) + 2 * snapshotEveryMs
    fc.pre(of.breachAt(nowMs, snapshotEveryMs) === undefined)
    for (let look = 0; nowMs < endMs - 20_000; look++, nowMs += snapshotEveryMs) {
      if (of.breachAt(nowMs, (ages[look % ages.length] ?? 0) * snapshotEveryMs) === undefined) continue
      const stoppedMs = nowMs + controlEveryMs + abortGraceMs
      expect(of.costIfEndedAt(stoppedMs)).toBeLessThanOrEqual(totalUsd * share * (1 + 1e-9))
      return
    }
  },
)

test.prop([run])('a run that sends no more than was foreseen is not stopped by a budget of its estimate', given => {
  const { perSecond, seconds, shards, ages } = given
  const { totalUsd } = estimateCost(cloudPlan(perSecond, seconds * 1000, shards), prices)
  const plan = cloudPlan(perSecond, seconds * 1000, shards, totalUsd)
  const of = steady(plan, perSecond, 590)
  const firstMs = Date.parse(plan.legs[0]?.invokeAt ?? '')
  for (const part of [...ages, 0.999, 1]) {
    const nowMs = firstMs + part * ((plan.startAtMs ?? 0) + plan.loadMs - firstMs)
    expect(of.breachAt(nowMs)).toBeUndefined()
  }
})
