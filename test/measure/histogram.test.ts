import { Buffer } from 'node:buffer'
import { deflateSync } from 'node:zlib'
import { fc, test } from '@fast-check/vitest'
import * as hdr from 'hdr-histogram-js'
import { describe, expect, it } from 'vitest'
import { decodeHdrV2, encodeHdrV2 } from '../../lib/measure/hdr-v2.ts'
import { Histogram, LONGEST_US } from '../../lib/measure/histogram.ts'
import {
  highestEquivalentUs,
  indexOfUs,
  lowestEquivalentUs,
  ONE_DIGIT,
  THREE_DIGITS,
  TWO_DIGITS,
} from '../../lib/measure/histogram-geometry.ts'
import { observedPercentile, samplesNeeded } from '../../lib/measure/percentile-rank.ts'
import { percentileWithout } from '../../lib/measure/percentile-without.ts'

/** Lengths of every magnitude from 0 µs to beyond an hour. */
const anyUs = fc
  .tuple(fc.double({ min: 0, max: 33, noNaN: true }), fc.integer({ min: 0, max: 1000 }))
  .map(([exponent, offset]) => Math.min(LONGEST_US, Math.floor(2 ** exponent) - 1 + offset))
const anyLengths = fc.array(anyUs, { minLength: 1, maxLength: 300 })
const percentiles = [0, 0.1, 1, 25, 50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100]

function histogramOf(values: readonly number[], geometry = THREE_DIGITS): Histogram {
  const histogram = new Histogram(geometry)
  for (const value of values) histogram.record(value)
  return histogram
}

function oracleOf(values: readonly number[], numberOfSignificantValueDigits: 2 | 3 = 3): hdr.Histogram {
  const oracle = hdr.build({
    bitBucketSize: 'packed',
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits,
  })
  for (const value of values) oracle.recordValue(value)
  return oracle
}

function countsOf(histogram: Histogram): readonly (readonly [number, number])[] {
  const list: (readonly [number, number])[] = []
  histogram.forEachCount((index, count) => list.push([index, count]))
  return list
}

/** The form in which hdr-histogram-js reads V2: a cookie, the length and the deflated encoding, as base64. */
function compressed(encoding: Uint8Array): string {
  const payload = deflateSync(encoding)
  const head = Buffer.alloc(8)
  head.writeInt32BE(0x1c849314, 0)
  head.writeInt32BE(payload.length, 4)
  return Buffer.concat([head, payload]).toString('base64')
}

describe('the geometry', () => {
  test.prop([anyUs, fc.constantFrom(THREE_DIGITS, TWO_DIGITS, ONE_DIGIT)])(
    'puts a value between its bucket ends',
    (us, geometry) => {
      const index = indexOfUs(geometry, us)
      expect(lowestEquivalentUs(geometry, index)).toBeLessThanOrEqual(us)
      expect(highestEquivalentUs(geometry, index)).toBeGreaterThanOrEqual(us)
      expect(index).toBeLessThan(geometry.length)
    },
  )

  it('has buckets that follow one another without a gap', () => {
    for (const geometry of [THREE_DIGITS, TWO_DIGITS, ONE_DIGIT]) {
      for (let index = 1; index < geometry.length; index++) {
        expect(lowestEquivalentUs(geometry, index)).toBe(highestEquivalentUs(geometry, index - 1) + 1)
      }
    }
  })
})

describe('recording', () => {
  it('counts what is too long as an hour, what is below zero as zero, and refuses NaN', () => {
    const histogram = histogramOf([-5, 0, 0.4, 0.6, LONGEST_US, LONGEST_US + 1, Number.POSITIVE_INFINITY])
    expect(histogram.count).toBe(7)
    expect(histogram.countAt(0)).toBe(3)
    expect(histogram.countAt(1)).toBe(1)
    expect(histogram.maxUs).toBe(LONGEST_US)
    expect(histogram.clamped).toBe(2)
    expect(() => histogram.record(Number.NaN)).toThrow(/NaN/)
  })

  it('goes on counting beyond 32 bits in one bucket', () => {
    const histogram = histogramOf([5])
    histogram.addAt(indexOfUs(THREE_DIGITS, 5), 0xffffffff)
    histogram.addTotals(0xffffffff, 5 * 0xffffffff, 5, 5, 0)
    histogram.record(5)
    expect(histogram.countAt(5)).toBe(0x100000001)
    const twice = histogramOf([])
    twice.add(histogram)
    twice.add(histogram)
    expect(twice.countAt(5)).toBe(0x200000002)
  })

  test.prop([anyLengths])('keeps count, sum, extremes and moments', values => {
    const histogram = histogramOf(values)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(histogram.count).toBe(values.length)
    expect(histogram.minUs).toBe(Math.min(...values))
    expect(histogram.maxUs).toBe(Math.max(...values))
    expect(histogram.meanUs).toBeCloseTo(mean, 6)
    // Each value is at most half a bucket from the middle that stands for it: 1/2048 of itself, and so of the maximum.
    expect(Math.abs(histogram.stddevUs - Math.sqrt(variance))).toBeLessThanOrEqual(histogram.maxUs / 1024 + 1)
  })
})

describe('percentiles', () => {
  test.prop([anyLengths])('are those of the sorted values to within a bucket', values => {
    const histogram = histogramOf(values)
    const sorted = values.toSorted((a, b) => a - b)
    for (const percentile of percentiles) {
      const rank = Math.max(1, Math.ceil(values.length * (percentile / 100) - 1e-9))
      const truth = sorted[rank - 1] ?? 0
      const found = histogram.percentile(percentile)
      expect(found).toBeGreaterThanOrEqual(truth)
      expect(found).toBeLessThanOrEqual(highestEquivalentUs(THREE_DIGITS, indexOfUs(THREE_DIGITS, truth)))
    }
  })

  test.prop([anyLengths])('agree with hdr-histogram-js, but never exceed the maximum', values => {
    for (const geometry of [TWO_DIGITS, THREE_DIGITS]) {
      const histogram = histogramOf(values, geometry)
      const oracle = oracleOf(values, geometry === TWO_DIGITS ? 2 : 3)
      for (const percentile of percentiles.slice(1)) {
        expect(histogram.percentile(percentile)).toBe(
          Math.min(oracle.getValueAtPercentile(percentile), Math.max(...values)),
        )
      }
    }
  })

  it.each([
    [50, 2],
    [90, 10],
    [95, 20],
    [99, 100],
    [99.9, 1000],
    [99.99, 10_000],
    [100, 1],
  ])('p%d needs %d samples', (percentile, samples) => {
    expect(samplesNeeded(percentile)).toBe(samples)
    const few = histogramOf(Array.from({ length: samples - 1 }, () => 7))
    expect(observedPercentile(few, percentile)).toBeUndefined()
    few.record(7)
    expect(observedPercentile(few, percentile)).toBe(7)
  })

  test.prop([anyLengths, anyUs])('count what is up to a value', (values, limit) => {
    const top = highestEquivalentUs(THREE_DIGITS, indexOfUs(THREE_DIGITS, limit))
    expect(histogramOf(values).countUpTo(limit)).toBe(values.filter(value => value <= top).length)
  })
})

describe('merging', () => {
  const parts = fc.array(fc.array(anyUs, { maxLength: 60 }), { minLength: 1, maxLength: 5 })

  test.prop([parts])('of parts is the histogram of the whole, in any order', lists => {
    const whole = histogramOf(lists.flat())
    for (const order of [lists, lists.toReversed()]) {
      const merged = new Histogram()
      for (const list of order) merged.add(histogramOf(list))
      expect(merged).toEqual(whole)
    }
  })

  test.prop([anyLengths, anyLengths])('and taking one part away again leaves the percentiles of the other', (a, b) => {
    const all = histogramOf([...a, ...b])
    const own = histogramOf(a)
    for (const percentile of percentiles) {
      const truth = histogramOf(b).percentile(percentile)
      const top = highestEquivalentUs(THREE_DIGITS, indexOfUs(THREE_DIGITS, truth))
      expect(percentileWithout(all, own, percentile)).toBeGreaterThanOrEqual(truth)
      expect(percentileWithout(all, own, percentile)).toBeLessThanOrEqual(top)
    }
    expect(percentileWithout(own, own, 95)).toBe(0)
  })

  it('refuses another precision', () => {
    expect(() => histogramOf([1]).add(histogramOf([1], ONE_DIGIT))).toThrow(/precision/)
  })
})

describe('HdrHistogram V2', () => {
  test.prop([anyLengths, fc.constantFrom(TWO_DIGITS, THREE_DIGITS)])(
    'is read by hdr-histogram-js to the same percentiles',
    (values, geometry) => {
      const histogram = histogramOf(values, geometry)
      const oracle = hdr.decodeFromCompressedBase64(compressed(encodeHdrV2(histogram)), 'packed')
      expect(oracle.totalCount).toBe(values.length)
      for (const percentile of percentiles) {
        expect(Math.min(oracle.getValueAtPercentile(percentile), histogram.maxUs)).toBe(
          percentile === 0
            ? lowestEquivalentUs(geometry, indexOfUs(geometry, histogram.minUs))
            : histogram.percentile(percentile),
        )
      }
    },
  )

  test.prop([anyLengths, fc.constantFrom(TWO_DIGITS, THREE_DIGITS)])(
    'written by us is read by us',
    (values, geometry) => {
      const histogram = histogramOf(values, geometry)
      const read = decodeHdrV2(encodeHdrV2(histogram))
      expect(countsOf(read)).toEqual(countsOf(histogram))
      expect(read.count).toBe(histogram.count)
    },
  )

  it.each([
    ['nothing', new Uint8Array(0), /too short/],
    ['another cookie', new Uint8Array(60), /cookie/],
    ['a truncated payload', encodeHdrV2(histogramOf([1, 500_000])).slice(0, -1), /truncated/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeHdrV2(bytes)).toThrow(message)
  })
})
