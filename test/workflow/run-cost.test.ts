import { expect, it } from 'vitest'
import { flow, get, open, scenario } from '../generate/engine-fixture.ts'
import { recordingTarget } from './recording-target.ts'
import { runInLegs } from './run-in-legs.ts'

it('a run in legs reports what it used, and stores the sum with its record and its verdict', async () => {
  const target = await recordingTarget()
  const legs = { legMs: 600, changeMs: 100, leadMs: 300, drainMs: 300, startLeadMs: 400 }
  const made = scenario(target.url, [open(20, 1_200, { maxUsers: 10 })], [flow([get('/')])], { pacing: 'frugal' })
  const { report, store, runId, plan } = await runInLegs(made, { legs, shards: 2 })
  const { cost } = report
  if (cost?.actualUsd === undefined) throw new Error('the report has no actual cost')
  expect(plan.legs).toHaveLength(2)
  expect(cost.region).toBe('us-east-1')
  const quantity = (name: string) => cost.items.find(item => item.name === name)?.quantity ?? 0
  // Four generators, each 2 s for its coming up and its upload, and the time that it counted.
  const seconds = (quantity('Lambda generate') * 1024) / 1769
  expect(seconds).toBeGreaterThan(4 * (2 + 0.6))
  expect(seconds).toBeLessThan(4 * (2 + 30))
  // A claim, a result and a last snapshot each; to this machine nothing goes out.
  expect(quantity('S3 writes')).toBeGreaterThan(4 * 3)
  expect(quantity('data out')).toBe(0)
  expect(cost.actualUsd).toBeCloseTo(
    cost.items.reduce((sum, { usd }) => sum + usd, 0),
    12,
  )
  expect((await store.runs.get(runId))?.costUsd).toBe(cost.actualUsd)
  expect((await store.runs.verdict(runId))?.costUsd).toBe(cost.actualUsd)
})

it('a run on this machine has no cost', async () => {
  const target = await recordingTarget()
  const made = scenario(target.url, [open(20, 300, { maxUsers: 10 })], [flow([get('/')])], { pacing: 'frugal' })
  const { report, store, runId } = await runInLegs(made)
  expect(report.cost).toBeUndefined()
  expect((await store.runs.get(runId))?.costUsd).toBeUndefined()
})
