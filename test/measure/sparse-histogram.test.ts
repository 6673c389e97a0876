import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../lib/measure/byte-reader.ts'
import { ByteWriter } from '../../lib/measure/byte-writer.ts'
import { Histogram } from '../../lib/measure/histogram.ts'
import { type HistogramGeometry, ONE_DIGIT, THREE_DIGITS, TWO_DIGITS } from '../../lib/measure/histogram-geometry.ts'
import { addSparse, addSparseOptional, writeSparse } from '../../lib/measure/sparse-histogram.ts'

const anyGeometry = fc.constantFrom(THREE_DIGITS, TWO_DIGITS, ONE_DIGIT)

/** Thin and thick, near and far: blocks of every width, with and without a base, tokens with and without a varint. */
const anyCount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 36 }) },
)
const anyBuckets = fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), anyCount), {
  maxLength: 200,
})
/** A stretch in which every bucket is taken. */
const anyStretch = fc.record({
  from: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  counts: fc.array(fc.integer({ min: 90, max: 130 }), { maxLength: 300 }),
})

type Buckets = readonly (readonly [share: number, count: number])[]

function histogramOf(
  geometry: HistogramGeometry,
  buckets: Buckets,
  stretch: { readonly from: number; readonly counts: readonly number[] },
): Histogram {
  const histogram = new Histogram(geometry)
  const count = (index: number, times: number) => {
    if (index >= geometry.length) return
    histogram.addAt(index, times)
    histogram.addTotals(times, times * index, index, index, 0)
  }
  for (const [share, times] of buckets) count(Math.floor(share * geometry.length), times)
  for (const [i, times] of stretch.counts.entries()) count(Math.floor(stretch.from * geometry.length) + i, times)
  return histogram
}

function bytesOf(histogram: Histogram | undefined): Uint8Array {
  const writer = new ByteWriter()
  writeSparse(writer, histogram)
  return writer.finish()
}

function countsOf(histogram: Histogram): readonly (readonly [number, number])[] {
  const list: (readonly [number, number])[] = []
  histogram.forEachCount((index, count) => list.push([index, count]))
  return list
}

describe('the bytes of a histogram', () => {
  test.prop([anyGeometry, anyBuckets, anyStretch])(
    'are read back to what was written',
    (geometry, buckets, stretch) => {
      const histogram = histogramOf(geometry, buckets, stretch)
      const reader = new ByteReader(bytesOf(histogram))
      const read = new Histogram(geometry)
      addSparse(reader, read)
      expect(reader.at).toBe(reader.bytes.length)
      expect(countsOf(read)).toEqual(countsOf(histogram))
      expect([read.count, read.sumUs, read.minUs, read.maxUs, read.clamped]).toEqual([
        histogram.count,
        histogram.sumUs,
        histogram.minUs,
        histogram.maxUs,
        histogram.clamped,
      ])
      expect(bytesOf(read)).toEqual(bytesOf(histogram))
    },
  )

  test.prop([anyGeometry, fc.array(fc.tuple(anyBuckets, anyStretch), { maxLength: 5 })])(
    'add up to what the histograms do, read or not in between',
    (geometry, list) => {
      const parts = list.map(([buckets, stretch]) => histogramOf(geometry, buckets, stretch))
      const whole = new Histogram(geometry)
      for (const part of parts) whole.add(part)
      for (const looks of [true, false]) {
        const merged = new Histogram(geometry)
        for (const part of parts) {
          addSparse(new ByteReader(bytesOf(part)), merged)
          if (looks) merged.percentile(50)
        }
        expect(countsOf(merged)).toEqual(countsOf(whole))
        merged.add(whole)
        expect(merged.countAt(5)).toBe(2 * whole.countAt(5))
      }
    },
  )

  it('add up a hundred thousand times, and what is recorded in between counts', () => {
    const thick = histogramOf(THREE_DIGITS, [[0.2, 3]], { from: 0.3, counts: Array.from({ length: 100 }, (_, i) => i) })
    const bytes = bytesOf(thick)
    const merged = new Histogram()
    for (let i = 0; i < 100_000; i++) {
      addSparse(new ByteReader(bytes), merged)
      if (i % 30_000 === 0) merged.record(7)
    }
    expect(countsOf(merged)).toEqual([[7, 4], ...countsOf(thick).map(([index, count]) => [index, count * 100_000])])
  })

  it('take one byte for nothing, and make nothing of it', () => {
    expect(bytesOf(undefined)).toEqual(Uint8Array.of(0))
    expect(bytesOf(new Histogram())).toEqual(Uint8Array.of(0))
    expect(addSparseOptional(new ByteReader(Uint8Array.of(0)), undefined)).toBeUndefined()
  })

  it('are refused where they end too early or leave the range', () => {
    const bytes = bytesOf(histogramOf(THREE_DIGITS, [[0.999, 3]], { from: 0.5, counts: [100, 90, 80] }))
    for (let length = 1; length < bytes.length; length++) {
      expect(() => addSparse(new ByteReader(bytes.slice(0, length)), new Histogram())).toThrow(/ends? too early/)
    }
    expect(() => addSparse(new ByteReader(bytes), new Histogram(ONE_DIGIT))).toThrow(/beyond its range/)
    // Two tokens, whose bytes are enough for the varint of the first one only.
    const short = Uint8Array.of(6, 0, 0, 1, 1, 0, 1, 2 << 5, 0b1100_0000, 0x80, 0x01)
    expect(() => addSparse(new ByteReader(short), new Histogram())).toThrow('a histogram ends too early')
  })
})
