import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { erlang, GAP_BINS, GapRecorder, mergedGaps, normal } from '../../lib/measure/arrival-gaps.ts'
import { ByteReader } from '../../lib/measure/byte-reader.ts'
import { ByteWriter } from '../../lib/measure/byte-writer.ts'
import {
  addHealthIntervals,
  HealthIntervals,
  type HealthSample,
  writeHealthIntervals,
} from '../../lib/measure/generator-health-intervals.ts'
import { Random } from '../../lib/plan/random.ts'

const count = fc.nat({ max: 2 ** 40 })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const sample: fc.Arbitrary<HealthSample> = fc
  .record(
    {
      cpuShare: share,
      waitShare: share,
      loopLagMaxUs: count,
      gcUs: count,
      gcMaxUs: count,
      connections: fc.nat({ max: 1e6 }),
      descriptors: fc.nat({ max: 1e6 }),
      portsWaiting: fc.nat({ max: 1e6 }),
      lateStarts: fc.nat({ max: 1e6 }),
    },
    { requiredKeys: ['loopLagMaxUs', 'gcUs', 'gcMaxUs', 'connections', 'lateStarts'] },
  )
  .map(made => made)
const generator = fc.array(fc.tuple(fc.nat({ max: 40_000_000 }), sample), { maxLength: 12 }).map(samples => {
  const intervals = new HealthIntervals(1000)
  for (const [atUs, one] of samples) intervals.sample(atUs, one)
  return intervals
})

function bytesOf(intervals: HealthIntervals): Uint8Array {
  const writer = new ByteWriter()
  writeHealthIntervals(writer, intervals)
  return writer.finish()
}

function read(bytes: Uint8Array, into = new HealthIntervals(1000)): HealthIntervals {
  addHealthIntervals(new ByteReader(bytes), into)
  return into
}

describe("a generator's figures by interval", () => {
  test.prop([generator])('are the same after their way through bytes', intervals => {
    expect(read(bytesOf(intervals)).list).toEqual(intervals.list)
  })

  test.prop([generator, generator, generator])('add up in any order, decoded or not', (a, b, c) => {
    const sum = (...parts: HealthIntervals[]) => {
      const total = new HealthIntervals(1000)
      for (const part of parts) total.add(part)
      return total.list
    }
    expect(sum(c, a, b)).toEqual(sum(a, b, c))
    expect(read(bytesOf(c), read(bytesOf(b), read(bytesOf(a)))).list).toEqual(sum(a, b, c))
  })

  it('keep the worst of each, and the sum of what adds up', () => {
    const one = new HealthIntervals(1000)
    const base = { loopLagMaxUs: 5, gcUs: 10, gcMaxUs: 7, connections: 3, lateStarts: 1 }
    one.sample(900_000, { ...base, cpuShare: 0.25, descriptors: 20 })
    one.sample(999_999, { ...base, cpuShare: 0.5, loopLagMaxUs: 2, connections: 2 })
    const other = new HealthIntervals(1000)
    other.sample(1, { ...base, gcUs: 30, connections: 9 })
    one.add(other)
    expect(one.list).toHaveLength(1)
    expect(one.list[0]).toMatchObject({ cpu: 500, wait: -1, loopLagMaxUs: 5, gcUs: 30, gcMaxUs: 7, connections: 12 })
    expect(one.list[0]).toMatchObject({ descriptors: 20, portsWaiting: -1, lateStarts: 3 })
  })

  it('take at most 30 bytes an interval', () => {
    const intervals = new HealthIntervals(1000)
    for (let i = 0; i < 720; i++) {
      intervals.sample(i * 1e6, {
        cpuShare: 0.97,
        waitShare: 0.12,
        loopLagMaxUs: 120_000,
        gcUs: 80_000,
        gcMaxUs: 20_000,
        connections: 10_000,
        descriptors: 10_050,
        portsWaiting: 20_000,
        lateStarts: 5000,
      })
    }
    expect(intervals.list).toHaveLength(720)
    expect(bytesOf(intervals).length).toBeLessThanOrEqual(720 * 30)
  })
})

describe('gaps between arrivals', () => {
  it.each([1, 2, 7, 50, 51, 80, 200, 1000])(
    'have the probability that the sum of the law says, of every %ith',
    shape => {
      /** 1 - sum over k below the shape of e^-x x^k / k!, each term by its logarithm. */
      const oracle = (x: number) => {
        let below = 0
        let logTerm = -x
        for (let k = 0; k < shape; k++) {
          if (k > 0) logTerm += Math.log(x / k)
          below += Math.exp(logTerm)
        }
        return 1 - below
      }
      for (let share = 0.4; share <= 2; share += 0.05) {
        expect(Math.abs(erlang(shape, share * shape) - oracle(share * shape))).toBeLessThan(0.001)
      }
      expect(erlang(shape, 0)).toBe(0)
    },
  )

  it.each([
    [0, 0.5],
    [1.959964, 0.975],
    [-1.644854, 0.05],
    [-8, 0],
  ])('P(Z <= %d) = %d', (z, expected) => {
    expect(normal(z)).toBeCloseTo(expected, 6)
  })

  it.each([1, 3, 80])('of a Poisson process, every %ith of it, are spread evenly over the bins', shards => {
    const random = new Random(11)
    const recorder = new GapRecorder()
    const gaps = 20_000
    for (let i = 0; i < gaps; i++) {
      let expected = 0
      for (let k = 0; k < shards; k++) expected -= Math.log(1 - random.next())
      recorder.record(expected * 1000, expected * 1000 + (i % 2 === 0 ? 10 : -10), expected, shards)
    }
    const { probabilities, errorUs, count: recorded } = recorder.gaps() ?? { probabilities: [], errorUs: 0, count: 0 }
    expect(recorded).toBe(gaps)
    expect(probabilities).toHaveLength(GAP_BINS)
    const mean = gaps / GAP_BINS
    const chiSquare = probabilities.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0)
    // The 99.9 % quantile of chi-square with 49 degrees of freedom.
    expect(chiSquare).toBeLessThan(85.4)
    expect(errorUs / gaps).toBeCloseTo(10, 3)
  })

  it('of several generators add up', () => {
    const one = { count: 2, plannedUs: 20, errorUs: 1, probabilities: [1, 1] }
    const two = { count: 3, plannedUs: 30, errorUs: 4, probabilities: [] }
    expect(mergedGaps([one, undefined, two])).toEqual({ count: 5, plannedUs: 50, errorUs: 5, probabilities: [1, 1] })
    expect(mergedGaps([undefined])).toBeUndefined()
  })
})
