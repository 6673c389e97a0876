import { Histogram, LONGEST_US } from './histogram.ts'
import { highestEquivalentUs, lowestEquivalentUs, middleUs, THREE_DIGITS, TWO_DIGITS } from './histogram-geometry.ts'

/** V2 with LEB128-64b9B counts (Tene, HdrHistogram: `V2EncodingCookieBase | 0x10`). */
const COOKIE = 0x1c849313
const HEADER_BYTES = 40

/**
 * HdrHistogram's V2 encoding, uncompressed: the histogram's own two or three significant digits, from 1 µs to one hour.
 * Every HdrHistogram implementation reads it to the same counts and so to the same percentiles.
 */
export function encodeHdrV2(histogram: Histogram): Uint8Array {
  const { significantDigits } = histogram.geometry
  if (significantDigits < 2) throw new Error('only histograms of two or three digits are exchanged')
  const payload: number[] = []
  let last = -1
  histogram.forEachCount((index, count) => {
    // A run of zeros is its negative length; a single zero is itself.
    const zeros = index - last - 1
    if (zeros === 1) putZigZag(payload, 0)
    else if (zeros > 1) putZigZag(payload, -zeros)
    putZigZag(payload, count)
    last = index
  })
  if (payload.length === 0) putZigZag(payload, 0)
  const bytes = new Uint8Array(HEADER_BYTES + payload.length)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, COOKIE)
  view.setInt32(4, payload.length)
  view.setInt32(8, 0) // normalizing index offset
  view.setInt32(12, significantDigits)
  view.setBigInt64(16, 1n)
  view.setBigInt64(24, BigInt(LONGEST_US))
  view.setFloat64(32, 1) // integer to double conversion ratio
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/**
 * Reads a V2 histogram of two or three digits and a unit of 1 µs. The encoding keeps counts only, so the sum is that of the
 * buckets' middles and the extremes are those of their buckets. Throws an Error that says what does not fit.
 */
export function decodeHdrV2(bytes: Uint8Array): Histogram {
  if (bytes.length < HEADER_BYTES) throw new Error('not an HdrHistogram V2 encoding: too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getInt32(0) !== COOKIE) throw new Error('not an uncompressed HdrHistogram V2 encoding: wrong cookie')
  const length = view.getInt32(4)
  const digits = view.getInt32(12)
  const geometry = [TWO_DIGITS, THREE_DIGITS].find(candidate => candidate.significantDigits === digits)
  if (geometry === undefined) throw new Error(`a histogram of ${digits} significant digits; expected 2 or 3`)
  if (view.getBigInt64(16) !== 1n) throw new Error('a histogram whose unit is not 1')
  const end = HEADER_BYTES + length
  if (length < 0 || end > bytes.length) throw new Error('the HdrHistogram payload is truncated')
  const histogram = new Histogram(geometry)
  let total = 0
  let sumUs = 0
  let first = -1
  let index = 0
  const cursor = { at: HEADER_BYTES }
  while (cursor.at < end) {
    const value = takeZigZag(bytes, cursor)
    if (value < 0) {
      index -= value
      continue
    }
    if (value > 0) {
      if (index >= geometry.length) throw new Error('a histogram whose values are longer than an hour')
      histogram.addAt(index, value)
      total += value
      sumUs += value * middleUs(geometry, index)
      if (first < 0) first = index
    }
    index++
  }
  if (total > 0) {
    const maxUs = highestEquivalentUs(geometry, index - 1)
    histogram.addTotals(total, sumUs, lowestEquivalentUs(geometry, first), maxUs, 0)
  }
  return histogram
}

/** ZigZag, then LEB128 with at most nine bytes: the ninth holds eight bits. Counts stay below 2^53, so eight suffice. */
function putZigZag(payload: number[], value: number): void {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1
  while (rest > 127) {
    payload.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  payload.push(rest)
}

function takeZigZag(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0
  let unit = 1
  for (;;) {
    const byte = bytes[cursor.at++]
    if (byte === undefined) throw new Error('the HdrHistogram payload is truncated')
    value += (byte & 127) * unit
    if (byte < 128) break
    unit *= 128
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
