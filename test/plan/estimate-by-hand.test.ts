import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import { quoteCloudRun } from '../../lib/plan/cloud-quote.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'

/**
 * Three runs reckoned by hand: quantities and prices are written out here, and nothing of it comes from lib/. Lambda's GB
 * are MB / 1,024; generators have 1,769 MB, Watch 1,024, Plan and Merge 1,769, Aggregate 3,008, Announce 256, api 512.
 */
const GB = { generate: 1769 / 1024, watch: 1, aggregate: 3008 / 1024, announce: 256 / 1024, api: 512 / 1024 }

type ByHand = {
  readonly name: string
  readonly region: string
  readonly text: string
  readonly generators: number
  readonly legs: number
  /** Quantity and price of each item. */
  readonly items: Readonly<Record<string, readonly [quantity: number, unitUsd: number]>>
}

const LAMBDA = 0.0000133334

const RUNS: readonly ByHand[] = [
  {
    name: 'burst: 10,000 users for 10 minutes, us-east-1',
    region: 'us-east-1',
    text: 'target: https://example.com\nload: [{ users: 10000, for: 10m }]\nsteps: [get: /, think: 5s]\n',
    // 10,000 / 950 = 10.5
    generators: 11,
    legs: 1,
    items: {
      // 15 s and 11 x 10 ms ahead, the load, 30 s of drain, 1 s of upload.
      'Lambda generate': [11 * (15.11 + 600 + 30 + 1) * GB.generate, LAMBDA],
      // 645.11 s in three turns of at most 300 s, each with a second to come up.
      'Lambda watch': [(645.11 + 3) * GB.watch, LAMBDA],
      'Lambda plan': [1 * GB.generate, LAMBDA],
      'Lambda merge': [(1 + 11 * 0.005) * GB.generate, LAMBDA],
      'Lambda aggregate': [(3 + 0.5) * GB.aggregate, LAMBDA],
      'Lambda announce': [0.5 * GB.announce, LAMBDA],
      // 10 calls and one every 2 s, of 100 ms.
      'Lambda api': [333 * 0.1 * GB.api, LAMBDA],
      'Lambda requests': [1 + 11 + 3 + 1 + 1 + 1 + 333, 0.2e-6],
      // In and out, six states once, two a turn; four a leg; each of 11 children in, Generate, ShardSent, out.
      'Step Functions': [2 + 6 + 2 * 3 + 4 + 11 * 4, 25e-6],
      // Request, plan and reports; claims, results and a summary; a snapshot every 2 s; live.json and a listing each.
      'S3 writes': [4 + 11 * 2 + 1 + 3553 + 323 + 323, 5e-6],
      'S3 reads': [11 * 4 + 3553 + 2 + 333, 0.4e-6],
      // 4 KB a name, 300 + 20 bytes a second; of each shard, of the leg, and of the run; three months.
      'S3 storage': [(3 * (11 + 1 + 1) * (4000 + 600 * 320)) / 1e9, 0.023],
      'DynamoDB writes': [40 + 323, 0.625e-6],
      // Each generator reads its control item every 1.618 s, the watcher at each look, the api at each call.
      'DynamoDB reads': [10 + 4393 + 323 + 333, 0.125e-6],
      'API Gateway': [333, 3.5e-6],
      // 6,000,000 user-seconds, an iteration of 5.2 s, 600 bytes a request.
      'data out': [((10_000 * 600) / 5.2) * 600e-9, 0.09],
      'CloudWatch Logs': [351 * 2e-6, 0.5],
      EventBridge: [1, 1e-6],
      SNS: [1, 0.5e-6],
    },
  },
  {
    name: 'nightly: 50/s for 5 minutes, eu-central-1',
    region: 'eu-central-1',
    text: 'target: https://example.com\nload: [{ rate: 50/s, for: 5m }]\nsteps: [get: /]\n',
    generators: 1,
    legs: 1,
    items: {
      'Lambda generate': [(15.01 + 300 + 30 + 1) * GB.generate, LAMBDA],
      'Lambda watch': [(345.01 + 2) * GB.watch, LAMBDA],
      'Lambda plan': [1 * GB.generate, LAMBDA],
      'Lambda merge': [(1 + 0.005) * GB.generate, LAMBDA],
      'Lambda aggregate': [3.5 * GB.aggregate, LAMBDA],
      'Lambda announce': [0.5 * GB.announce, LAMBDA],
      'Lambda api': [183 * 0.1 * GB.api, LAMBDA],
      'Lambda requests': [1 + 1 + 2 + 1 + 1 + 1 + 183, 0.2e-6],
      'Step Functions': [2 + 6 + 2 * 2 + 4 + 4, 25e-6],
      'S3 writes': [4 + 2 + 1 + 173 + 173 + 173, 5.4e-6],
      'S3 reads': [4 + 173 + 2 + 183, 0.43e-6],
      'S3 storage': [(3 * 3 * (4000 + 300 * 320)) / 1e9, 0.0245],
      'DynamoDB writes': [40 + 173, 0.7625e-6],
      'DynamoDB reads': [10 + 214 + 173 + 183, 0.1525e-6],
      'API Gateway': [183, 3.7e-6],
      'data out': [15_000 * 600e-9, 0.09],
      'CloudWatch Logs': [190 * 2e-6, 0.63],
      EventBridge: [1, 1e-6],
      SNS: [1, 0.5e-6],
    },
  },
  {
    name: 'soak: 2,000 users for 4 hours, eu-west-1',
    region: 'eu-west-1',
    text: 'target: https://example.com\nload: [{ users: 2000, for: 4h }]\nsteps: [get: /, think: 9.8s]\n',
    generators: 3,
    legs: 20,
    items: {
      // The first leg, 18 with a lead of 25 s, a change and a drain of 60 s each, and the last; 1 s of upload each.
      'Lambda generate': [3 * (856.03 + 18 * 866 + 776) * GB.generate, LAMBDA],
      'Lambda watch': [(14_445.03 + 49) * GB.watch, LAMBDA],
      'Lambda plan': [1 * GB.generate, LAMBDA],
      'Lambda merge': [20 * (1 + 3 * 0.005) * GB.generate, LAMBDA],
      'Lambda aggregate': [(3 + 20 * 0.5) * GB.aggregate, LAMBDA],
      'Lambda announce': [0.5 * GB.announce, LAMBDA],
      'Lambda api': [7_233 * 0.1 * GB.api, LAMBDA],
      'Lambda requests': [1 + 60 + 49 + 20 + 1 + 1 + 7_233, 0.2e-6],
      'Step Functions': [2 + 6 + 2 * 49 + 20 * (4 + 3 * 4), 25e-6],
      'S3 writes': [4 + 20 * (3 * 2 + 1) + 25_830 + 7_223 + 7_223, 5e-6],
      'S3 reads': [20 * 3 * 4 + 25_830 + 2 * 20 + 7_233, 0.4e-6],
      // Intervals of 30 s: 24 a leg, 480 in all.
      'S3 storage': [(3 * (20 * 4 * (4000 + 24 * 320) + 4000 + 480 * 320)) / 1e9, 0.023],
      'DynamoDB writes': [40 + 7_223, 0.705e-6],
      'DynamoDB reads': [10 + 31_929 + 7_223 + 7_233, 0.1415e-6],
      'API Gateway': [7_233, 3.5e-6],
      'data out': [((2_000 * 14_400) / 10) * 600e-9, 0.09],
      'CloudWatch Logs': [7_365 * 2e-6, 0.57],
      EventBridge: [1, 1e-6],
      SNS: [1, 0.5e-6],
    },
  },
]

const page = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8')

describe.each(RUNS)('$name', ({ region, text, generators, legs, items }) => {
  const reading = readScenario(
    { file: 's.yml', text },
    { readFile: () => ({ fault: 'missing' }), env: {}, version: '0.0.0' },
  )
  if (!reading.ok) throw new Error(reading.faults.map(({ message }) => message).join('\n'))
  const input = { scenario: reading.value.scenario, runId: 'r', scenarioHash: '', seed: 7, nowMs: 1_700_000_000_000 }
  const quote = quoteCloudRun(input, { region, ceilings: DEFAULT_CEILINGS })
  const byHandUsd = Object.values(items).reduce((sum, [quantity, unitUsd]) => sum + quantity * unitUsd, 0)

  test('has the generators and legs', () => {
    expect(quote.generators).toBe(generators)
    expect(quote.plan.legs).toHaveLength(legs)
    expect([...quote.faults, ...quote.refusals]).toEqual([])
  })

  test('has these items and no others', () => {
    expect(quote.estimate.items.map(({ name }) => name).sort()).toEqual(Object.keys(items).sort())
  })

  test.each(Object.entries(items))('%s', (name, [quantity, unitUsd]) => {
    const item = quote.estimate.items.find(each => each.name === name)
    expect(item?.unitUsd).toBeCloseTo(unitUsd, 14)
    expect(item?.quantity).toBeCloseTo(quantity, 6)
    expect(item?.usd).toBeCloseTo(quantity * unitUsd, 10)
  })

  test('has this total, and docs/cost.md says it', () => {
    expect(quote.estimate.totalUsd).toBeCloseTo(byHandUsd, 9)
    expect(page).toContain(`${byHandUsd.toFixed(4)} USD`)
  })
})
