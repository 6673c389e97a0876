import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { Histogram } from './histogram.ts'
import { type HistogramGeometry, THREE_DIGITS } from './histogram-geometry.ts'
import { bestTokenForm, writeTokens } from './sparse-tokens.ts'

/**
 * The form in which histograms travel: the number of buckets that are not empty, the totals, and a token for each of
 * them (see sparse-tokens.ts). An empty histogram is one zero byte.
 */
export function writeSparse(writer: ByteWriter, histogram: Histogram | undefined): void {
  const gaps: number[] = []
  const counts: number[] = []
  let last = -1
  histogram?.forEachCount((index, count) => {
    gaps.push(index - last - 1)
    counts.push(count - 1)
    last = index
  })
  writer.varint(gaps.length)
  if (histogram === undefined || gaps.length === 0) return
  writer.varint(histogram.clamped)
  writer.varint(histogram.minUs)
  writer.varint(histogram.maxUs - histogram.minUs)
  writer.varint(histogram.sumUs)
  const form = bestTokenForm(gaps, counts)
  writer.byte(form.gapBits | (form.unitBits === 8 ? 8 : 0))
  writeTokens(writer, form, gaps, counts)
}

/** Adds the counts straight from the bytes, building nothing in between. */
export function addSparse(reader: ByteReader, histogram: Histogram): void {
  const tokens = reader.varint()
  if (tokens === 0) return
  const clamped = reader.varint()
  const minUs = reader.varint()
  const maxUs = minUs + reader.varint()
  const sumUs = reader.varint()
  const total = addTokens(reader, histogram, tokens)
  histogram.addTotals(total, sumUs, minUs, maxUs, clamped)
}

/** Adds to a histogram that is made only if there is something to add. */
export function addSparseOptional(
  reader: ByteReader,
  histogram: Histogram | undefined,
  geometry: HistogramGeometry = THREE_DIGITS,
): Histogram | undefined {
  if (reader.bytes[reader.at] === 0) {
    reader.at++
    return histogram
  }
  const target = histogram ?? new Histogram(geometry)
  addSparse(reader, target)
  return target
}

/** Adds the tokens and returns the sum of their counts. */
function addTokens(reader: ByteReader, histogram: Histogram, tokens: number): number {
  const form = reader.byte()
  const wide = form >= 8
  const gapBits = form & 7
  const { bytes } = reader
  const cursor = { at: reader.at }
  const total = wide
    ? addByteTokens(histogram, bytes, cursor, tokens, gapBits)
    : addHalfByteTokens(histogram, bytes, cursor, tokens, gapBits)
  reader.at = cursor.at
  if (reader.at > bytes.length) throw new Error('a histogram ends too early')
  return total
}

/** The merge's inner loop: about two nanoseconds a token. */
function addByteTokens(
  histogram: Histogram,
  bytes: Uint8Array,
  cursor: { at: number },
  tokens: number,
  gapBits: number,
): number {
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << (8 - gapBits)) - 1
  const { pageBits, pageMask, length } = histogram.geometry
  let at = cursor.at
  let index = -1
  let total = 0
  let number = -1
  let page: Uint32Array | Float64Array = NO_PAGE
  for (let i = 0; i < tokens; i++) {
    const token = bytes[at++] as number
    let gap = token & mostGap
    let count = (token >>> gapBits) + 1
    if (gap === mostGap) {
      const part = bytes[at++] as number
      gap += part & 127
      if (part > 127) {
        let unit = 128
        let more = part
        while (more > 127) {
          more = bytes[at++] as number
          gap += (more & 127) * unit
          unit *= 128
        }
      }
    }
    if (count > mostCount) {
      const part = bytes[at++] as number
      count += part & 127
      if (part > 127) {
        let unit = 128
        let more = part
        while (more > 127) {
          more = bytes[at++] as number
          count += (more & 127) * unit
          unit *= 128
        }
      }
    }
    index += gap + 1
    total += count
    if (index >>> pageBits !== number) {
      if (!(index < length)) throw new Error('a histogram has a bucket beyond its range')
      number = index >>> pageBits
      page = histogram.pageAt(index)
    }
    const next = (page[index & pageMask] as number) + count
    if (next > 0xffffffff) {
      histogram.addAt(index, count)
      page = histogram.pageAt(index)
    } else page[index & pageMask] = next
  }
  cursor.at = at
  return total
}

function addHalfByteTokens(
  histogram: Histogram,
  bytes: Uint8Array,
  cursor: { at: number },
  tokens: number,
  gapBits: number,
): number {
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << (4 - gapBits)) - 1
  const { pageBits, pageMask, length } = histogram.geometry
  let at = cursor.at * 2
  let index = -1
  let total = 0
  let number = -1
  let page: Uint32Array | Float64Array = NO_PAGE
  for (let i = 0; i < tokens; i++) {
    const token = ((bytes[at >>> 1] as number) >>> ((at & 1) << 2)) & 15
    at++
    let gap = token & mostGap
    let count = (token >>> gapBits) + 1
    if (gap === mostGap) {
      let unit = 1
      let more = 8
      while (more > 7) {
        more = ((bytes[at >>> 1] as number) >>> ((at & 1) << 2)) & 15
        at++
        gap += (more & 7) * unit
        unit *= 8
      }
    }
    if (count > mostCount) {
      let unit = 1
      let more = 8
      while (more > 7) {
        more = ((bytes[at >>> 1] as number) >>> ((at & 1) << 2)) & 15
        at++
        count += (more & 7) * unit
        unit *= 8
      }
    }
    index += gap + 1
    total += count
    if (index >>> pageBits !== number) {
      if (!(index < length)) throw new Error('a histogram has a bucket beyond its range')
      number = index >>> pageBits
      page = histogram.pageAt(index)
    }
    const next = (page[index & pageMask] as number) + count
    if (next > 0xffffffff) {
      histogram.addAt(index, count)
      page = histogram.pageAt(index)
    } else page[index & pageMask] = next
  }
  cursor.at = (at + 1) >>> 1
  return total
}

const NO_PAGE = new Uint32Array(0)
