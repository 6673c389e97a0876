import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { MissCause } from '../../lib/measure/arrival-figures.ts'
import { ByteReader } from '../../lib/measure/byte-reader.ts'
import { ByteWriter } from '../../lib/measure/byte-writer.ts'
import type { GeneratorHealth } from '../../lib/measure/generator-health.ts'
import { Histogram } from '../../lib/measure/histogram.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { addMeasurements, writeMeasurements } from '../../lib/measure/measurements-bytes.ts'
import { judgedPhases, mergedFigures } from '../../lib/measure/merged-figures.ts'
import type { RequestSample } from '../../lib/measure/request-sample.ts'
import { decodeShardResult, encodeShardResult, type ShardResult } from '../../lib/measure/shard-result.ts'
import { writeSparse } from '../../lib/measure/sparse-histogram.ts'
import {
  decodeSummary,
  encodeSummary,
  lostShard,
  mergeShardResults,
  mergeSummaries,
} from '../../lib/measure/summary.ts'
import { sample, samplePlan } from './sample-plan.ts'

const plan = samplePlan({
  thresholds: ['p99 < 1s every 10s after 5s', 'GET /a: errors < 1% after 30s', 'flow main: p95 < 5s every 20s'],
  shardCount: 3,
})

type Event = (measurements: Measurements) => void

const anySample: fc.Arbitrary<RequestSample> = fc
  .record({
    phase: fc.integer({ min: 0, max: 2 }),
    request: fc.integer({ min: 0, max: 2 }),
    intendedUs: fc.integer({ min: 0, max: 80_000_000 }),
    lengthUs: fc.integer({ min: 0, max: 40_000_000 }),
    status: fc.constantFrom(0, 200, 404, 429, 503),
    outcome: fc.constantFrom('success', 'failure', 'retried', 'interrupted'),
    hasLatency: fc.boolean(),
    errorKind: fc.constantFrom('', 'status 503', 'ECONNREFUSED', 'EADDRINUSE', 'check: body is x'),
    errorSample: fc.constantFrom('', 'one', 'two'),
    connectUs: fc.constantFrom(-1, 500),
  })
  .map(({ lengthUs, ...rest }) => sample({ ...rest, endUs: rest.intendedUs + lengthUs }))

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  anySample.map(
    (one): Event =>
      measurements =>
        measurements.request(one),
  ),
  fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()).map(
    ([phase, pass]): Event =>
      measurements =>
        measurements.check(phase, 0, 'status is 200', pass, 30_000_000),
  ),
  fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 60_000_000 }), fc.boolean()).map(
    ([flow, us, failed]): Event =>
      measurements =>
        measurements.iteration(flow, 1, us, us + 900_000, failed),
  ),
  fc.integer({ min: 0, max: 5000 }).map(
    (lateUs): Event =>
      measurements =>
        measurements.started(1, lateUs, 20_000_000),
  ),
  fc.integer({ min: 0, max: 2 }).map(
    (phase): Event =>
      measurements =>
        measurements.cutOff(phase),
  ),
  fc.constantFrom<MissCause>('late', 'maxUsers', 'data', 'time').map(
    (cause): Event =>
      measurements =>
        measurements.missed(1, 25_000_000, cause, 2),
  ),
)

function measured(events: readonly Event[]): Measurements {
  const measurements = new Measurements(plan)
  for (const event of events) event(measurements)
  return measurements
}

function health(shard: number): GeneratorHealth {
  const lateness = new Histogram()
  lateness.record(100 * (shard + 1))
  return { leg: 0, shard, state: 'finished', connectionsMax: 3, lateness, dispatcher: 'test', startedAtMs: 0 }
}

function result(shard: number, measurements: Measurements): ShardResult {
  return { schema: 'squall.shard-result.v2', runId: plan.runId, leg: 0, shard, measurements, health: health(shard) }
}

/** Equal measurements have equal bytes. */
const bytesOf = (measurements: Measurements) => encodeShardResult(result(0, measurements))

describe('merging', () => {
  const shares = fc.array(fc.array(anyEvent, { maxLength: 30 }), { minLength: 1, maxLength: 4 })

  test.prop([shares])('of n shards equals one shard, in any order', lists => {
    const whole = bytesOf(measured(lists.flat()))
    for (const order of [lists, lists.toReversed()]) {
      const merged = new Measurements(plan)
      for (const list of order) merged.add(measured(list))
      expect(bytesOf(merged)).toEqual(whole)
    }
  })

  test.prop([shares])('is the same from bytes, from objects and by way of legs', lists => {
    const results = lists.map((list, shard) => result(shard, measured(list)))
    const fromObjects = encodeSummary(mergeShardResults(plan, results))
    const fromBytes = encodeSummary(mergeShardResults(plan, results.map(encodeShardResult)))
    const legs = results.map(one => encodeSummary(mergeShardResults(plan, [one])))
    expect(fromBytes).toEqual(fromObjects)
    expect(encodeSummary(mergeSummaries(plan, legs.toReversed()))).toEqual(fromObjects)
    expect(encodeSummary(decodeSummary(fromObjects, plan))).toEqual(fromObjects)
  })

  test.prop([fc.array(anyEvent, { maxLength: 60 })])('loses nothing in encoding', events => {
    const measurements = measured(events)
    const decoded = decodeShardResult(bytesOf(measurements), plan)
    expect(decoded.health).toEqual(health(0))
    expect(bytesOf(decoded.measurements)).toEqual(bytesOf(measurements))
  })
})

it('reads artifacts of before interrupted iterations were counted', () => {
  const measurements = new Measurements(plan)
  measurements.started(1, 500)
  const writer = new ByteWriter()
  writeMeasurements(writer, measurements)
  // A byte for each phase, and one for the times of interrupted requests, of which there are none.
  const older = writer.finish().slice(0, -plan.phases.length - 1)
  measurements.cutOff(1)
  addMeasurements(new ByteReader(older), measurements)
  expect(measurements.arrivals(1)).toMatchObject({ started: 2, interrupted: 1 })
})

describe('the times of interrupted requests', () => {
  const waits = [
    sample({ phase: 1, request: 0, endUs: 21_000_000, outcome: 'interrupted' }),
    sample({ phase: 1, request: 2, endUs: 22_000_000, outcome: 'interrupted' }),
    sample({ phase: 2, request: 0, endUs: 23_000_000, outcome: 'interrupted' }),
  ]
  const cutOff = () =>
    measured(
      waits.map(
        (one): Event =>
          m =>
            m.request(one),
      ),
    )
  const written = (measurements: Measurements) => {
    const writer = new ByteWriter()
    writeMeasurements(writer, measurements)
    return writer.finish()
  }

  it('are kept by phase and request, through bytes and merging, and are in no other figure', () => {
    const twice = decodeShardResult(bytesOf(cutOff()), plan).measurements
    twice.add(cutOff())
    const maxima = [0, 1, 2].map(phase => [0, 1, 2].map(name => twice.figures(phase, name)?.interruptedTimes?.maxUs))
    expect(maxima).toEqual([
      [undefined, undefined, undefined],
      [1_000_000, undefined, 2_000_000],
      [3_000_000, undefined, undefined],
    ])
    const total = mergedFigures(twice, [0, 1, 2])
    expect([total.interruptedTimes?.count, total.count, total.response.count, twice.interrupted]).toEqual([6, 0, 0, 6])
  })

  it('take no byte where there are none', () => {
    const empty = new Measurements(plan)
    const answered = measured([m => m.request(sample())])
    for (const measurements of [empty, answered]) {
      const reader = new ByteReader(written(measurements))
      const read = new Measurements(plan)
      addMeasurements(reader, read)
      expect(reader.at).toBe(reader.bytes.length)
      // The last byte is the empty histogram of those that older artifacts did not tell apart.
      expect(reader.bytes.at(-1)).toBe(0)
    }
  })

  it('stand all together where a reader looks that knows of no places', () => {
    const both = cutOff()
    both.unplacedInterruptedTimes.record(7_000_000)
    const times = new ByteWriter()
    writeSparse(times, both.interruptedTimes)
    const all = [...times.finish()]
    const bytes = [...written(both)]
    const head = bytes.findIndex((_, at) => all.every((byte, i) => bytes[at + i] === byte))
    expect(head).toBeGreaterThan(0)
    expect(both.interruptedTimes.count).toBe(4)
    const older = new Measurements(plan)
    addMeasurements(new ByteReader(Uint8Array.from(bytes.slice(0, head + all.length))), older)
    expect(older.unplacedInterruptedTimes.count).toBe(4)
    const again = decodeShardResult(bytesOf(both), plan).measurements
    expect([again.unplacedInterruptedTimes.count, again.interruptedTimes.count]).toEqual([1, 4])
  })

  it('are read from artifacts that did not tell them apart, and kept', () => {
    const writer = new ByteWriter()
    const times = new Histogram()
    for (const us of [1_000_000, 2_000_000]) times.record(us)
    writeSparse(writer, times)
    const older = new Measurements(plan)
    addMeasurements(new ByteReader(Uint8Array.from([...written(older).slice(0, -1), ...writer.finish()])), older)
    expect(older.unplacedInterruptedTimes.count).toBe(2)
    older.add(cutOff())
    const again = decodeShardResult(bytesOf(older), plan).measurements
    expect(again.unplacedInterruptedTimes).toEqual(times)
    expect(mergedFigures(again, [0, 1, 2]).interruptedTimes?.count).toBe(3)
  })
})

describe('counting', () => {
  test.prop([fc.array(anySample, { maxLength: 80 })])('agrees with a plain count', samples => {
    const measurements = measured(
      samples.map(
        (one): Event =>
          m =>
            m.request(one),
      ),
    )
    const counted = samples.filter(one => one.outcome !== 'interrupted' && one.errorKind !== 'EADDRINUSE')
    const total = mergedFigures(measurements, [0, 1, 2])
    expect(measurements.interrupted).toBe(samples.filter(one => one.outcome === 'interrupted').length)
    expect(total.count).toBe(counted.length)
    expect(total.failures).toBe(counted.filter(one => one.outcome === 'failure').length)
    expect(total.retried).toBe(counted.filter(one => one.outcome === 'retried').length)
    expect(total.response.count).toBe(counted.filter(one => one.hasLatency).length)
    expect(total.statuses.get(429) ?? 0).toBe(counted.filter(one => one.status === 429).length)
    expect(total.answered).toBe(counted.filter(one => one.phase < 2 && one.status > 0 && one.endUs < 70_000_000).length)
    expect(measurements.intervals.list.reduce((sum, one) => sum + (one?.count ?? 0), 0)).toBe(counted.length)
  })

  it('books a fault of the generator on nobody', () => {
    const fault = sample({ status: 0, outcome: 'failure', hasLatency: false, errorKind: 'EMFILE', errorSample: 'open' })
    const total = mergedFigures(measured([m => m.request(fault)]), judgedPhases(plan))
    expect([total.count, total.failures, total.generatorFaults]).toEqual([0, 0, 1])
    expect(total.errors.byKind.get('EMFILE')?.count).toBe(1)
  })

  it('keeps windows on a grid of their own, from `after` on', () => {
    const measurements = measured([
      m => m.request(sample({ intendedUs: 4_900_000, endUs: 6_000_000 })), // due before `after`
      m => m.request(sample({ intendedUs: 13_000_000, endUs: 15_100_000 })),
      m => m.request(sample({ phase: 0, intendedUs: 9_000_000, endUs: 16_000_000 })), // warm-up
    ])
    const counts = measurements.windows[0]?.list.map(window => window?.count ?? 0)
    expect(counts).toEqual([0, 1])
  })

  it('carries the number of users over intervals without a report', () => {
    const measurements = new Measurements(plan)
    measurements.users(0, 3)
    measurements.users(2_500_000, 7)
    measurements.users(2_900_000, 5)
    measurements.users(3_100_000, 0)
    expect(measurements.intervals.list.map(interval => interval?.users)).toEqual([3, 3, 7, 5])
  })
})

describe('a shard result', () => {
  const bytes = bytesOf(measured([m => m.request(sample())]))

  it('is refused when truncated, corrupt, of another kind, version or run', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeShardResult(bytes.slice(0, length), plan)).toThrow(/squall\.shard-result\.v2/)
    }
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice()
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      expect(() => decodeShardResult(damaged, plan)).toThrow(/squall\.shard-result\.v2/)
    }
    const former = bytes.slice()
    former[3] = 'B'.charCodeAt(0)
    expect(() => decodeShardResult(former, plan)).toThrow(/squall\.shard-result\.v2 of an earlier version of Squall/)
    const summary = encodeSummary(mergeShardResults(plan, [bytes]))
    expect(() => decodeShardResult(summary, plan)).toThrow(/squall\.summary\.v2, where/)
    expect(() => decodeShardResult(bytes, { ...plan, runId: 'r2' })).toThrow(/run r1, not of r2/)
    expect(() => decodeShardResult(bytes, { ...plan, requestNames: ['x'] })).toThrow(/another plan/)
  })

  it('keeps the lost shards with their share', () => {
    const summary = mergeShardResults(plan, [bytes], [lostShard(plan, 0, 2, 'out of memory')])
    expect(decodeSummary(encodeSummary(summary), plan).lost).toEqual([
      { leg: 0, shard: 2, share: 1 / 3, cause: 'out of memory' },
    ])
  })

  it('stays small: 20 names in 100 KB, an interval in 300 bytes and 20 a name more', () => {
    const requestNames = Array.from({ length: 20 }, (_, i) => `GET /${i}`)
    const many = samplePlan({ requestNames, phases: [{ durationMs: 60_000 }] })
    const measurements = new Measurements(many)
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed / 2 ** 32
    }
    const lengthUs = () =>
      20_000 * Math.exp(0.6 * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(6.283 * random()))
    for (let i = 0; i < 50_000; i++) {
      const intendedUs = (i * 60_000_000) / 50_000
      const endUs = intendedUs + lengthUs()
      measurements.request(
        sample({
          phase: 0,
          request: i % 20,
          intendedUs,
          sentUs: intendedUs + 20,
          endUs,
          firstByteUs: endUs - intendedUs - 30,
        }),
      )
    }
    const encoded = encodeShardResult({ ...result(0, measurements), health: health(0) })
    const withoutIntervals = new Measurements(many)
    withoutIntervals.add(measurements)
    withoutIntervals.intervals.list.length = 0
    const bare = encodeShardResult({ ...result(0, withoutIntervals), health: health(0) })
    const intervals = measurements.intervals.list.filter(interval => interval !== undefined).length
    expect(bare.length).toBeLessThan(100_000)
    expect((encoded.length - bare.length) / intervals).toBeLessThan(300 + 20 * 20)
  })
})
