import { describe, expect, test } from 'vitest'
import type { GeneratorHealth, GeneratorUsage } from '../../lib/measure/generator-health.ts'
import { Histogram } from '../../lib/measure/histogram.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import type { Summary } from '../../lib/measure/summary.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { pricesOf } from '../../lib/plan/price-table.ts'
import { DEFAULT_ASSUMPTIONS } from '../../lib/plan/run-usage.ts'
import { actualCost } from '../../lib/report/actual-cost.ts'
import type { ReportCost } from '../../lib/report/report.ts'
import { open, plan as planOf, track } from '../plan/fixture.ts'

const prices = pricesOf('us-east-1')
const made = planOf(
  { target: 'https://example.com', tracks: [track([open(100, 100, 600_000)], { main: 1 })] },
  { local: false, shardCount: 2 },
)
const plannedAtMs = Date.parse(made.legs[0]?.invokeAt ?? '')

function health(shard: number, usage?: GeneratorUsage): GeneratorHealth {
  return {
    leg: 0,
    shard,
    state: 'finished',
    connectionsMax: 1,
    lateness: new Histogram(),
    dispatcher: 'none',
    startedAtMs: 0,
    ...(usage !== undefined && { usage }),
  }
}

function summary(plan: Plan, generators: readonly GeneratorHealth[], lost: Summary['lost'] = []): Summary {
  const measurements = new Measurements(plan)
  const sample = measurements.figuresOf(0, 0)
  sample.bytesSent = 5_000_000_000
  sample.bytesReceived = 7_000_000_000
  return { schema: 'squall.summary.v2', runId: plan.runId, measurements, generators, lost }
}

function quantity(cost: ReportCost, name: string): number {
  const found = cost.items.find(each => each.name === name)
  if (found === undefined) throw new Error(`no item ${name}`)
  return found.quantity
}

describe('the actual cost', () => {
  const usage = { ranMs: 620_000, controlReads: 310, snapshots: 300 }
  const run = { endedAtMs: plannedAtMs + 630_000, prices }

  test('is what the generators counted', () => {
    const cost = actualCost(made, summary(made, [health(0, usage), health(1, usage)]), run)
    // Each ran 620 s, and was a second in coming up and one in storing its result.
    expect(quantity(cost, 'Lambda generate')).toBeCloseTo((2 * 622 * 1769) / 1024, 6)
    expect(quantity(cost, 'data out')).toBeCloseTo(5, 9)
    // 630 s of polls every 2 s by the one who follows, and ten calls.
    expect(quantity(cost, 'API Gateway')).toBe(325)
    // 620 readings by generators, one a look of the watcher, one a call, ten of the record.
    expect(quantity(cost, 'DynamoDB reads')).toBe(620 + 315 + 325 + 10)
    expect(cost.actualUsd).toBeCloseTo(
      cost.items.reduce((sum, { usd }) => sum + usd, 0),
      12,
    )
    expect(cost.priceDate).toBe(prices.date)
    // The estimate has the drain in full.
    expect(quantity(cost, 'Lambda generate')).toBeLessThan((2 * 646.02 * 1769) / 1024)
  })

  test('counts a lost generator for as long as it may have run', () => {
    const lost = [{ leg: 0, shard: 1, share: 0.5, cause: 'killed' }]
    const cost = actualCost(made, summary(made, [health(0, usage)], lost), run)
    expect(quantity(cost, 'Lambda generate')).toBeCloseTo(((622 + 15.02 + 600 + 30 + 1) * 1769) / 1024, 6)
  })

  test('of a run that was stopped counts the legs that were begun, and no others', () => {
    const long = planOf(
      { target: 'https://example.com', tracks: [track([open(100, 100, 7_200_000)], { main: 1 })] },
      { local: false, shardCount: 2 },
    )
    expect(long.legs).toHaveLength(10)
    const cost = actualCost(long, summary(long, [health(0, usage), health(1, usage)]), run)
    const ofOneLeg = actualCost(made, summary(made, [health(0, usage), health(1, usage)]), run)
    for (const name of ['Lambda requests', 'Step Functions', 'S3 writes'])
      expect(quantity(cost, name)).toBe(quantity(ofOneLeg, name))
  })

  test('is absent where no generator told', () => {
    const cost = actualCost(made, summary(made, [health(0)]), run)
    expect(cost.actualUsd).toBeUndefined()
    expect(cost.estimateUsd).toBeGreaterThan(0)
    expect(cost.items.length).toBeGreaterThan(5)
  })

  test('bills both ways through a NAT gateway', () => {
    const nat = { ...run, assumptions: { ...DEFAULT_ASSUMPTIONS, network: 'nat' as const } }
    const cost = actualCost(made, summary(made, [health(0, usage), health(1, usage)]), nat)
    expect(quantity(cost, 'NAT gateway')).toBeCloseTo(12, 9)
  })
})
