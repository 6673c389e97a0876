/**
 * What measuring costs: ns a record, bytes of a shard result, ms to decode and merge 1,000 of them. Asserts no time. The
 * bench runs it bundled; `node bench/histogram.ts 1000` runs it from its sources, which takes up to a tenth longer.
 */
import { ByteReader } from '../lib/measure/byte-reader.ts'
import { ByteWriter } from '../lib/measure/byte-writer.ts'
import { writeHealthIntervals } from '../lib/measure/generator-health-intervals.ts'
import { Histogram } from '../lib/measure/histogram.ts'
import { writeIntervals } from '../lib/measure/intervals-bytes.ts'
import { Measurements } from '../lib/measure/measurements.ts'
import { encodeShardResult } from '../lib/measure/shard-result.ts'
import { addSparse, writeSparse } from '../lib/measure/sparse-histogram.ts'
import { mergeShardResults } from '../lib/measure/summary.ts'
import { Random } from '../lib/plan/random.ts'
import { sample, samplePlan } from '../test/measure/sample-plan.ts'
import { markdownTable } from './tables.ts'

const random = new Random(777)

/** Log-normal response times with a median of 20 ms, one in a hundred fifteen times as long. */
function responseUs(): number {
  const normal = Math.sqrt(-2 * Math.log(random.next() + 1e-12)) * Math.cos(2 * Math.PI * random.next())
  return 20_000 * Math.exp(0.6 * normal) * (random.next() < 0.01 ? 15 : 1)
}

const healthSample = {
  cpuShare: 0.321,
  waitShare: 0.012,
  loopLagMaxUs: 1234,
  gcUs: 2345,
  gcMaxUs: 890,
  connections: 512,
  descriptors: 600,
  portsWaiting: 3000,
  lateStarts: 20,
}

/** So many requests in a minute, one name after the other. */
function measured(requestNames: readonly string[], requests: number): Measurements {
  const measurements = new Measurements(samplePlan({ requestNames, phases: [{ durationMs: 60_000 }] }))
  const one = sample({ phase: 0 })
  for (let i = 0; i < requests; i++) {
    const us = responseUs()
    one.request = i % requestNames.length
    one.intendedUs = (i * 60_000_000) / requests
    one.sentUs = one.intendedUs + 20
    one.endUs = one.intendedUs + us
    one.firstByteUs = us - 30
    measurements.request(one)
  }
  for (let second = 0; second < 60; second++) measurements.health.sample(second * 1e6, healthSample)
  return measurements
}

function shardResult(names: number, requests: number): Uint8Array {
  const requestNames = Array.from({ length: names }, (_, i) => `GET /products/${i}`)
  const measurements = measured(requestNames, requests)
  const { plan } = measurements
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

/** Bytes that an interval of so many names takes in a result, with a thousand requests of each name in it. */
function intervalResultBytes(names: number): number {
  const requestNames = Array.from({ length: names }, (_, i) => `GET /products/${i}`)
  const { intervals, health } = measured(requestNames, names * 60_000)
  const writer = new ByteWriter()
  writeIntervals(writer, intervals)
  writeHealthIntervals(writer, health)
  return writer.finish().length / 60
}

function intervalRows(): string[][] {
  const [one, twenty] = [intervalResultBytes(1), intervalResultBytes(20)]
  return [
    ['an interval of one name', `${one.toFixed(0)} bytes`],
    ['a name more in an interval', `${((twenty - one) / 19).toFixed(1)} bytes`],
  ]
}

/** ns a value. */
function recordNs(rounds: number): number {
  const values = Float64Array.from({ length: 1 << 16 }, responseUs)
  return bestMs(() => recordAll(new Histogram(), values, rounds), 1e6 / (rounds * values.length), 60)
}

function recordAll(histogram: Histogram, values: Float64Array, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    // By place: an iterator takes as long as the record.
    for (let i = 0; i < values.length; i++) histogram.record(values[i] as number)
  }
}

/** ns a request with all that is counted of it. */
function requestNs(rounds: number): number {
  const plan = samplePlan({ phases: [{ durationMs: 60_000 }] })
  const one = sample({ phase: 0, sentUs: 20_000_020 })
  return bestMs(
    () => {
      const measurements = new Measurements(plan)
      for (let i = 0; i < rounds; i++) {
        one.intendedUs = i * 20
        one.sentUs = one.intendedUs + 5
        one.endUs = one.intendedUs + 20_000 + (i & 8191)
        measurements.request(one)
      }
    },
    1e6 / rounds,
    12,
  )
}

/** ms to decode and merge so many shard results of 10 names and 50,000 requests each. */
function mergeMs(shards: number): number {
  const names = 10
  const plan = samplePlan({
    requestNames: Array.from({ length: names }, (_, i) => `GET /products/${i}`),
    phases: [{ durationMs: 60_000 }],
  })
  const results = Array.from({ length: 20 }, () => shardResult(names, 50_000))
  const all = Array.from({ length: shards }, (_, i) => results[i % results.length] as Uint8Array)
  return bestMs(
    () => {
      const { measurements } = mergeShardResults(plan, all)
      const requests = measurements.intervals.list.reduce((sum, each) => sum + (each?.count ?? 0), 0)
      if (requests !== shards * 50_000) throw new Error(`${requests} requests were merged, not ${shards * 50_000}`)
    },
    1,
    10,
  )
}

/** ms to decode and merge the response times alone of as many: what HdrHistogram's own format holds of them. */
function mergeTimesMs(shards: number): number {
  const names = 10
  const one = () => {
    const writer = new ByteWriter()
    for (let name = 0; name < names; name++) {
      const histogram = new Histogram()
      for (let i = 0; i < 5_000; i++) histogram.record(responseUs())
      writeSparse(writer, histogram)
    }
    return writer.finish()
  }
  const results = Array.from({ length: 20 }, one)
  return bestMs(
    () => {
      const merged = Array.from({ length: names }, () => new Histogram())
      for (let i = 0; i < shards; i++) {
        const reader = new ByteReader(results[i % results.length] as Uint8Array)
        for (const histogram of merged) addSparse(reader, histogram)
      }
      for (const histogram of merged) histogram.settle()
      const requests = merged.reduce((sum, { count }) => sum + count, 0)
      if (requests !== shards * 50_000) throw new Error(`${requests} values were merged, not ${shards * 50_000}`)
    },
    1,
    10,
  )
}

/** Of so many times the best: what else the machine does makes a time worse and never better. */
function bestMs(run: () => void, factor: number, times: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < times; repeat++) {
    const start = performance.now()
    run()
    best = Math.min(best, performance.now() - start)
  }
  return best * factor
}

/** What a value, a request, a shard result and a merge cost, as Markdown. `shards`: how many results are merged. */
function measuringTable(shards: number): string {
  const kb = (requests: number) => `${(shardResult(20, requests).length / 1000).toFixed(1)} KB`
  return markdownTable(
    ['', ''],
    [
      ['a value recorded in a histogram', `${recordNs(10).toFixed(1)} ns`],
      ['a request recorded, with all that is counted of it', `${requestNs(200_000).toFixed(0)} ns`],
      ...[10_000, 50_000, 500_000].map(requests => {
        return [`a shard result of 20 names, 60 intervals and ${requests.toLocaleString('en')} requests`, kb(requests)]
      }),
      ...intervalRows(),
      [
        `${shards.toLocaleString('en')} shard results of 10 names and 50,000 requests, decoded and merged`,
        `${mergeMs(shards).toFixed(0)} ms`,
      ],
      ['of these the histograms of response times alone', `${mergeTimesMs(shards).toFixed(0)} ms`],
    ],
  )
}

if (import.meta.main) console.log(measuringTable(Number(process.argv[2] ?? 1000)))
