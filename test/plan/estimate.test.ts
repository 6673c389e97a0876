import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CostItem, estimateCost } from '../../lib/plan/estimate.ts'
import { DEFAULT_ANSWERS, expectedRequests, peakLoad } from '../../lib/plan/expected-load.ts'
import { expectedWork } from '../../lib/plan/expected-work.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { pricesOf } from '../../lib/plan/price-table.ts'
import { DEFAULT_ASSUMPTIONS } from '../../lib/plan/run-usage.ts'
import type { LoadPhase } from '../../lib/scenario/load-phase.ts'
import { closed, flow, get, iterations, open, pause, plan, think, track } from './fixture.ts'

const prices = pricesOf('us-east-1')

function cloudPlan(phases: readonly LoadPhase[], shardCount = 1): Plan {
  const flows = [flow('main', [get('/'), think(1_000)])]
  const of = { target: 'https://example.com', flows, tracks: [track(phases, { main: 1 })] }
  return plan(of, { shardCount, local: false })
}

function itemOf(items: readonly CostItem[], name: string): CostItem {
  const found = items.find(each => each.name === name)
  if (found === undefined) throw new Error(`no item ${name}`)
  return found
}

describe('the items of an estimate', () => {
  const made = cloudPlan([open(100, 100, 600_000)], 2)
  const { items, totalUsd } = estimateCost(made, prices)

  test('each is its quantity times its price, and the total is their sum', () => {
    for (const { quantity, unitUsd, usd } of items) expect(usd).toBeCloseTo(quantity * unitUsd, 12)
    expect(totalUsd).toBeCloseTo(
      items.reduce((sum, { usd }) => sum + usd, 0),
      12,
    )
  })

  test('generators are billed from their invocation to the end of the drain and the upload of their result', () => {
    // 15 s and 10 ms for each of two generators ahead, 600 s of load, 30 s of drain, 1 s to store the result.
    const seconds = 2 * (15.02 + 600 + 30 + 1)
    expect(itemOf(items, 'Lambda generate').quantity).toBeCloseTo((seconds * 1769) / 1024, 6)
  })

  test('what goes out is billed, what comes in is not', () => {
    expect(itemOf(items, 'data out').quantity).toBeCloseTo((60_000 * 600) / 1e9, 9)
    expect(items.some(({ name }) => name === 'NAT gateway')).toBe(false)
  })

  test('a NAT gateway bills both ways, and a private network bills nothing', () => {
    const nat = estimateCost(made, prices, { ...DEFAULT_ASSUMPTIONS, network: 'nat' })
    expect(itemOf(nat.items, 'NAT gateway').quantity).toBeCloseTo((60_000 * 10_600) / 1e9, 9)
    const inside = estimateCost(made, prices, { ...DEFAULT_ASSUMPTIONS, network: 'private' })
    expect(inside.items.filter(({ name }) => name === 'data out' || name === 'NAT gateway')).toEqual([])
  })

  test('a region without prices of its own says whose they are', () => {
    expect(estimateCost(made, pricesOf('mars-north-1')).assumptions[0]).toContain('us-east-1')
    expect(estimateCost(made, prices).priceDate).toBe('2026-08-16')
  })
})

test('a seam costs its lead, its change and its drain once more', () => {
  const oneLeg = estimateCost(cloudPlan([open(10, 10, 780_000)]), prices)
  const twoLegs = estimateCost(cloudPlan([open(10, 10, 781_000)]), prices)
  const gbSeconds = (items: readonly CostItem[]) => (itemOf(items, 'Lambda generate').quantity * 1024) / 1769
  // 15.01 + 780 + 30 + 1; and 15.01 + 720 + 60 + 60 + 1 beside 25 + 61 + 30 + 1.
  expect(gbSeconds(oneLeg.items)).toBeCloseTo(826.01, 6)
  expect(gbSeconds(twoLegs.items)).toBeCloseTo(856.01 + 117, 6)
})

test.each([
  ['open', [open(50, 150, 60_000)], 6_000, 150],
  ['closed: 1 s of thought and 200 ms of answer', [closed(120, 120, 0, 60_000)], 6_000, 100],
  ['a ramp has half of its area', [closed(0, 120, 60_000, 60_000)], 3_000, 100],
  ['iterations by their number', [iterations(500, 12)], 500, 10],
  ['a pause sends nothing', [open(10, 10, 10_000), pause(60_000)], 100, 10],
] as const)('%s', (_, phases, requests, perSecond) => {
  const made = cloudPlan(phases)
  expect(expectedRequests(made, DEFAULT_ANSWERS)).toBeCloseTo(requests, 6)
  expect(peakLoad(made, DEFAULT_ANSWERS).requestsPerSecond).toBeCloseTo(perSecond, 6)
})

test('is close to what the schedule counts, flow by flow, and to the users one by one', () => {
  const flows = [
    { ...flow('buy', [get('/'), get('/b'), think(1_000)]), start: [get('/login')] },
    flow('look', [get('/l'), think(3_000)]),
  ]
  const phases = [
    closed(0, 300, 30_000, 60_000),
    closed(300, 100, 20_000, 60_000),
    open(50, 50, 60_000),
    iterations(999, 10),
  ]
  const made = plan({ flows, tracks: [track(phases, { buy: 3, look: 1 })] }, { local: false })
  const byWork = expectedWork(made).reduce((sum, { phase, flow: of, ...work }) => {
    const starts = of.name === 'buy' ? 1 : 0
    const each = of.name === 'buy' ? 2 : 1
    const count = work.iterations ?? (work.userMs ?? 0) / (of.name === 'buy' ? 1_400 : 3_200)
    return sum + count * (each + (phase.kind === 'open' ? starts : 0)) + (work.starts ?? 0) * starts
  }, 0)
  expect(expectedRequests(made, DEFAULT_ANSWERS) / byWork).toBeCloseTo(1, 2)
})

test('ten million users are estimated as fast as one', () => {
  expect(expectedRequests(cloudPlan([closed(0, 10_000_000, 0, 600_000)]), DEFAULT_ANSWERS)).toBeCloseTo(5e9, -3)
})

describe('the estimate grows with', () => {
  const seconds = fc.integer({ min: 1, max: 10_000 })
  const some = fc.integer({ min: 1, max: 300 })
  const more = fc.integer({ min: 1, max: 500 })
  const costOf = (users: number, lastsSeconds: number, shards: number) =>
    estimateCost(cloudPlan([closed(users, users, 0, lastsSeconds * 1000)], shards), prices).totalUsd

  test('duration', () => {
    fc.assert(
      fc.property(some, seconds, some, more, (users, lasts, shards, longer) => {
        expect(costOf(users, lasts + longer, shards)).toBeGreaterThan(costOf(users, lasts, shards))
      }),
    )
  })

  test('users', () => {
    fc.assert(
      fc.property(some, seconds, some, more, (users, lasts, shards, further) => {
        expect(costOf(users + further, lasts, shards)).toBeGreaterThan(costOf(users, lasts, shards))
      }),
    )
  })

  test('generators', () => {
    fc.assert(
      fc.property(some, seconds, some, more, (users, lasts, shards, further) => {
        expect(costOf(users, lasts, shards + further)).toBeGreaterThan(costOf(users, lasts, shards))
      }),
    )
  })
})
