/**
 * What measuring costs: ns a record, bytes of a shard result, ms to decode and merge 1,000 of them. Prints, asserts
 * nothing. Run it with `node bench/histogram.ts`.
 */
import { Histogram } from '../lib/measure/histogram.ts'
import { Measurements } from '../lib/measure/measurements.ts'
import { encodeShardResult } from '../lib/measure/shard-result.ts'
import { mergeShardResults } from '../lib/measure/summary.ts'
import { Random } from '../lib/plan/random.ts'
import { sample, samplePlan } from '../test/measure/sample-plan.ts'

const random = new Random(777)

/** Log-normal response times with a median of 20 ms, one in a hundred fifteen times as long. */
function responseUs(): number {
  const normal = Math.sqrt(-2 * Math.log(random.next() + 1e-12)) * Math.cos(2 * Math.PI * random.next())
  return 20_000 * Math.exp(0.6 * normal) * (random.next() < 0.01 ? 15 : 1)
}

function shardResult(names: number, requests: number): Uint8Array {
  const requestNames = Array.from({ length: names }, (_, i) => `GET /products/${i}`)
  const plan = samplePlan({ requestNames, phases: [{ durationMs: 60_000 }] })
  const measurements = new Measurements(plan)
  const one = sample({ phase: 0 })
  for (let i = 0; i < requests; i++) {
    const us = responseUs()
    one.request = i % names
    one.intendedUs = (i * 60_000_000) / requests
    one.sentUs = one.intendedUs + 20
    one.endUs = one.intendedUs + us
    one.firstByteUs = us - 30
    measurements.request(one)
  }
  const lateness = new Histogram()
  return encodeShardResult({
    schema: 'squall.shard-result.v2',
    runId: plan.runId,
    leg: 0,
    shard: 0,
    measurements,
    health: { leg: 0, shard: 0, state: 'finished', connectionsMax: 1, lateness, dispatcher: 'bench', startedAtMs: 0 },
  })
}

function record(): void {
  const values = Float64Array.from({ length: 1 << 16 }, responseUs)
  const rounds = 300
  for (let repeat = 0; repeat < 3; repeat++) {
    const histogram = new Histogram()
    const start = performance.now()
    for (let round = 0; round < rounds; round++) for (const value of values) histogram.record(value)
    const ns = ((performance.now() - start) * 1e6) / (rounds * values.length)
    console.log(`histogram.record: ${ns.toFixed(1)} ns`)
  }
}

function request(): void {
  const plan = samplePlan({ phases: [{ durationMs: 60_000 }] })
  const one = sample({ phase: 0, sentUs: 20_000_020 })
  for (let repeat = 0; repeat < 3; repeat++) {
    const measurements = new Measurements(plan)
    const rounds = 3_000_000
    const start = performance.now()
    for (let i = 0; i < rounds; i++) {
      one.intendedUs = i * 20
      one.sentUs = one.intendedUs + 5
      one.endUs = one.intendedUs + 20_000 + (i & 8191)
      measurements.request(one)
    }
    console.log(`measurements.request: ${(((performance.now() - start) * 1e6) / rounds).toFixed(0)} ns`)
  }
}

function merge(): void {
  const names = 10
  const plan = samplePlan({
    requestNames: Array.from({ length: names }, (_, i) => `GET /products/${i}`),
    phases: [{ durationMs: 60_000 }],
  })
  const results = Array.from({ length: 20 }, () => shardResult(names, 50_000))
  const thousand = Array.from({ length: 1000 }, (_, i) => results[i % results.length] as Uint8Array)
  for (let repeat = 0; repeat < 3; repeat++) {
    const start = performance.now()
    const summary = mergeShardResults(plan, thousand)
    const ms = performance.now() - start
    const requests = summary.measurements.intervals.list.reduce((sum, one) => sum + (one?.count ?? 0), 0)
    console.log(`merge of 1,000 shard results, ${names} names, ${requests} requests: ${ms.toFixed(0)} ms`)
  }
}

record()
request()
for (const requests of [10_000, 50_000, 500_000]) {
  const bytes = shardResult(20, requests).length
  console.log(`a shard result, 20 names, ${requests} requests, 60 intervals: ${(bytes / 1000).toFixed(1)} KB`)
}
merge()
