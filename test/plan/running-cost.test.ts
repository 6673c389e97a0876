import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { lowestBudget } from '../../lib/plan/budget.ts'
import { estimateCost } from '../../lib/plan/estimate.ts'
import { DEFAULT_ANSWERS, expectedRequests } from '../../lib/plan/expected-load.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { pricesOf } from '../../lib/plan/price-table.ts'
import { DEFAULT_ASSUMPTIONS, type NetworkPath } from '../../lib/plan/run-usage.ts'
import { costIfEnded } from '../../lib/plan/running-cost.ts'
import { open, plan as planOf, track } from './fixture.ts'

const prices = pricesOf('us-east-1')
const basis = { prices, assumptions: DEFAULT_ASSUMPTIONS }

function cloudPlan(perSecond: number, lastsMs: number, shardCount: number): Plan {
  const of = { target: 'https://example.com', tracks: [track([open(perSecond, perSecond, lastsMs)], { main: 1 })] }
  return planOf(of, { local: false, shardCount })
}

const invokedMs = (plan: Plan, leg = 0) => Date.parse(plan.legs[leg]?.invokeAt ?? '')
const nothing = { bytesOut: 0, bytesIn: 0 }

describe('what a run costs if its load ends at an instant', () => {
  const made = cloudPlan(100, 600_000, 2)
  const costAt = (seconds: number, ended: readonly (readonly [number, number])[] = []) =>
    costIfEnded(made, { atMs: invokedMs(made) + seconds * 1000, legEndsMs: new Map(ended), ...nothing }, basis)
  /** USD of both generators and of the watcher (1 GB) for a second more. */
  const secondUsd = (2 * (1769 / 1024) + 1) * prices.unitUsd.lambdaGbSecond

  it('grows with every second that generators wait or send, and no further than the end that was planned', () => {
    expect(costAt(10) - costAt(0)).toBeGreaterThan(10 * secondUsd)
    expect(costAt(310) - costAt(300)).toBeGreaterThan(10 * secondUsd)
    // Beside them are polls, beats and calls: some 10 requests a second.
    expect(costAt(310) - costAt(300)).toBeLessThan(10 * secondUsd + 100 * prices.unitUsd.objectWrite)
    expect(costAt(5_000)).toBe(costAt(700))
  })

  it('counts the generators of a leg that is over until it was', () => {
    const over = costAt(400, [[0, invokedMs(made) + 300_000]])
    expect(over).toBeLessThan(costAt(400))
    expect(over).toBeGreaterThan(costAt(300))
  })

  it('counts the bytes that have gone out', () => {
    const at = { atMs: invokedMs(made), legEndsMs: new Map() }
    const sent = costIfEnded(made, { ...at, bytesOut: 5e9, bytesIn: 1e12 }, basis)
    expect(sent - costIfEnded(made, { ...at, ...nothing }, basis)).toBeCloseTo(5 * 0.09, 9)
  })

  it('has of a leg to come nothing', () => {
    const twoLegs = cloudPlan(100, 1_000_000, 50)
    const beforeMs = invokedMs(twoLegs, 1) - 1
    const costBy = (atMs: number) => costIfEnded(twoLegs, { atMs, legEndsMs: new Map(), ...nothing }, basis)
    // Fifty invocations, claims, results, executions of their own, and a second each for the upload.
    expect(costBy(beforeMs + 1) - costBy(beforeMs)).toBeGreaterThan(50 * (1769 / 1024) * prices.unitUsd.lambdaGbSecond)
  })

  const run = {
    perSecond: fc.integer({ min: 1, max: 5_000 }),
    seconds: fc.integer({ min: 1, max: 86_400 }),
    shards: fc.integer({ min: 1, max: 300 }),
    network: fc.constantFrom<NetworkPath>('internet', 'nat', 'private'),
  }

  test.prop([
    fc.record(run),
    fc.array(fc.double({ min: -0.1, max: 1.5, noNaN: true }), { minLength: 2, maxLength: 8 }),
  ])(
    'never falls with time, is never more than the estimate with the bytes that were foreseen, and at the end is the estimate',
    ({ perSecond, seconds, shards, network }, parts) => {
      const made = cloudPlan(perSecond, seconds * 1000, shards)
      const assumptions = { ...DEFAULT_ASSUMPTIONS, network }
      const { totalUsd } = estimateCost(made, prices, assumptions)
      const requests = expectedRequests(made, DEFAULT_ANSWERS)
      const bytesOut = requests * DEFAULT_ANSWERS.requestBytes
      const bytesIn = requests * DEFAULT_ANSWERS.responseBytes
      const costAt = (part: number) => {
        const atMs = invokedMs(made) + part * (15_000 + 10 * shards + seconds * 1000 + 30_000)
        return costIfEnded(made, { atMs, legEndsMs: new Map(), bytesOut, bytesIn }, { prices, assumptions })
      }
      const costs = parts.toSorted((a, b) => a - b).map(costAt)
      costs.forEach((cost, place) => {
        expect(cost).toBeGreaterThanOrEqual((costs[place - 1] ?? 0) * (1 - 1e-12))
        expect(cost).toBeLessThanOrEqual(totalUsd * (1 + 1e-12))
      })
      expect(costAt(1.5)).toBeCloseTo(totalUsd, 9)
    },
  )
})

it.each([
  [{}, undefined],
  [{ scenario: 2 }, { usd: 2, setBy: 'scenario' }],
  [
    { scenario: 2, caller: 1, deployment: 25 },
    { usd: 1, setBy: 'caller' },
  ],
  [
    { scenario: undefined, deployment: 25 },
    { usd: 25, setBy: 'deployment' },
  ],
  [
    { scenario: 2, caller: 2 },
    { usd: 2, setBy: 'scenario' },
  ],
  [
    { caller: 0, deployment: 25 },
    { usd: 0, setBy: 'caller' },
  ],
] as const)('of the limits %o the budget is %o', (limits, budget) => {
  expect(lowestBudget(limits)).toEqual(budget)
})
