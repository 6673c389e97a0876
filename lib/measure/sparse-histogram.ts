import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { Histogram } from './histogram.ts'
import { type HistogramGeometry, THREE_DIGITS } from './histogram-geometry.ts'
import { bestGapBits, byteTokens, stepRuns, stepsNeeded } from './sparse-tokens.ts'

/**
 * The form in which histograms travel: the totals, then the buckets that are not empty, as runs of half-byte steps or as
 * byte tokens, whichever is shorter (see sparse-tokens.ts). A bucket that holds one or two values takes 0.6 bytes, one
 * that holds hundreds 1 to 2. An empty histogram is one zero byte.
 */
export function writeSparse(writer: ByteWriter, histogram: Histogram | undefined): void {
  if (histogram === undefined || histogram.count === 0) {
    writer.byte(0)
    return
  }
  const gaps: number[] = []
  const counts: number[] = []
  let last = -1
  histogram.forEachCount((index, count) => {
    gaps.push(index - last - 1)
    counts.push(count - 1)
    last = index
  })
  writer.varint(histogram.count)
  writer.varint(histogram.clamped)
  writer.varint(histogram.minUs)
  writer.varint(histogram.maxUs - histogram.minUs)
  writer.varint(histogram.sumUs)
  const buckets = { gaps, counts }
  const gapBits = bestGapBits(buckets)
  const tokens = byteTokens(buckets, gapBits)
  const runs = stepsNeeded(buckets) > 2 * tokens.length ? undefined : stepRuns(buckets)
  const asRuns = runs !== undefined && runs.length < tokens.length
  writer.byte(asRuns ? 0 : gapBits)
  writer.append(asRuns ? runs : tokens)
}

/** Adds the counts straight from the bytes, building nothing in between. */
export function addSparse(reader: ByteReader, histogram: Histogram): void {
  const count = reader.varint()
  if (count === 0) return
  const clamped = reader.varint()
  const minUs = reader.varint()
  const maxUs = minUs + reader.varint()
  const sumUs = reader.varint()
  // No bucket can leave 32 bits while all of them together do not.
  const narrow = histogram.count + count <= 0xffffffff
  const gapBits = reader.byte()
  if (gapBits === 0) addRuns(reader, histogram, narrow)
  else addTokens(reader, histogram, gapBits, narrow)
  if (reader.at > reader.bytes.length) throw new Error('a histogram ends too early')
  histogram.addTotals(count, sumUs, minUs, maxUs, clamped)
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

/** The merge's inner loop: a few nanoseconds a byte, which is two steps. */
function addRuns(reader: ByteReader, histogram: Histogram, narrow: boolean): void {
  const { bytes } = reader
  const { pageBits, pageMask, length } = histogram.geometry
  let index = -1
  for (let runs = reader.varint(); runs > 0; runs--) {
    index += reader.varint()
    const bytesOfRun = reader.varint()
    let at = reader.at
    const end = at + bytesOfRun
    reader.at = end
    if (end > bytes.length) throw new Error('a histogram ends too early')
    while (at < end) {
      const steps = bytes[at++] as number
      index += steps & 3
      const next = index + ((steps >>> 4) & 3)
      if (!(next < length)) throw new Error('a histogram has a bucket beyond its range')
      const page = histogram.pages[index >>> pageBits]
      if (narrow && page !== undefined && index >>> pageBits === next >>> pageBits) {
        page[index & pageMask] = (page[index & pageMask] as number) + ((steps >>> 2) & 3)
        page[next & pageMask] = (page[next & pageMask] as number) + (steps >>> 6)
      } else {
        histogram.addAt(index, (steps >>> 2) & 3)
        if (steps >>> 6 > 0) histogram.addAt(next, steps >>> 6)
      }
      index = next
    }
  }
}

function addTokens(reader: ByteReader, histogram: Histogram, gapBits: number, narrow: boolean): void {
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << (8 - gapBits)) - 1
  const { bytes } = reader
  const { pageBits, pageMask, length } = histogram.geometry
  let index = -1
  let number = -1
  let page: Uint32Array | Float64Array = NO_PAGE
  const tokens = reader.varint()
  let at = reader.at
  for (let i = 0; i < tokens; i++) {
    const token = bytes[at++] as number
    let gap = token & mostGap
    let count = (token >>> gapBits) + 1
    if (gap === mostGap) {
      const part = bytes[at++] as number
      if (part < 128) gap += part
      else {
        reader.at = at - 1
        gap += reader.varint()
        at = reader.at
      }
    }
    if (count > mostCount) {
      const part = bytes[at++] as number
      if (part < 128) count += part
      else {
        reader.at = at - 1
        count += reader.varint()
        at = reader.at
      }
    }
    index += gap + 1
    if (index >>> pageBits !== number) {
      if (!(index < length)) throw new Error('a histogram has a bucket beyond its range')
      number = index >>> pageBits
      page = histogram.pageAt(index)
    }
    if (narrow) page[index & pageMask] = (page[index & pageMask] as number) + count
    else histogram.addAt(index, count)
  }
  reader.at = at
}

const NO_PAGE = new Uint32Array(0)
