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

/** The merge's inner loop: a few nanoseconds a token. Returns the sum of the counts. */
function addTokens(reader: ByteReader, histogram: Histogram, tokens: number): number {
  const form = reader.byte()
  const wide = form >= 8
  const gapBits = form & 7
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << ((wide ? 8 : 4) - gapBits)) - 1
  const { bytes } = reader
  const { pageBits, pageMask, length } = histogram.geometry
  // In units: bytes, or half bytes, the lower half first.
  const cursor = { at: wide ? reader.at : reader.at * 2 }
  let index = -1
  let total = 0
  let number = -1
  let page: Uint32Array | Float64Array | undefined
  for (let i = 0; i < tokens; i++) {
    const at = cursor.at++
    const token = wide ? (bytes[at] as number) : ((bytes[at >>> 1] as number) >>> ((at & 1) << 2)) & 15
    let gap = token & mostGap
    let count = token >>> gapBits
    if (gap === mostGap) gap += excess(bytes, cursor, wide)
    if (count === mostCount) count += excess(bytes, cursor, wide)
    index += gap + 1
    count++
    total += count
    if (index >>> pageBits !== number) {
      if (index >= length) throw new Error('a histogram has a bucket beyond its range')
      histogram.addAt(index, 0)
      number = index >>> pageBits
      page = histogram.pages[number]
    }
    if (page === undefined) continue
    const next = (page[index & pageMask] as number) + count
    if (next <= 0xffffffff) page[index & pageMask] = next
    else {
      histogram.addAt(index, count)
      page = histogram.pages[number]
    }
  }
  reader.at = wide ? cursor.at : (cursor.at + 1) >>> 1
  if (reader.at > bytes.length) throw new Error('a histogram ends too early')
  return total
}

/** A varint of bytes, or of half bytes with three bits of value each. */
function excess(bytes: Uint8Array, cursor: { at: number }, wide: boolean): number {
  const more = wide ? 128 : 8
  let value = 0
  let unit = 1
  for (;;) {
    const at = cursor.at++
    const part = wide ? bytes[at] : ((bytes[at >>> 1] ?? 0) >>> ((at & 1) << 2)) & 15
    if (part === undefined) throw new Error('a histogram ends too early')
    value += (part & (more - 1)) * unit
    if (part < more) return value
    unit *= more
  }
}
