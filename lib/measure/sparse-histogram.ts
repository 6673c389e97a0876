import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { Histogram } from './histogram.ts'
import { type HistogramGeometry, THREE_DIGITS } from './histogram-geometry.ts'

/**
 * The form in which histograms travel. After the totals comes one token a bucket that is not empty: a byte whose low
 * `gapBits` bits hold the distance from the bucket before less one, and whose other bits hold the count less one. A field
 * of all ones says that the rest follows as a varint, the gap's first. `gapBits` is the one that gives the fewest bytes:
 * thin histograms need room for gaps, dense ones for counts. Most buckets so take one byte.
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
  const gapBits = bestGapBits(gaps, counts)
  writer.byte(gapBits)
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << (8 - gapBits)) - 1
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as number
    const count = counts[i] as number
    writer.byte(Math.min(gap, mostGap) | (Math.min(count, mostCount) << gapBits))
    if (gap >= mostGap) writer.varint(gap - mostGap)
    if (count >= mostCount) writer.varint(count - mostCount)
  }
}

/** Adds the counts straight from the bytes, building nothing in between. */
export function addSparse(reader: ByteReader, histogram: Histogram): void {
  const tokens = reader.varint()
  if (tokens === 0) return
  const clamped = reader.varint()
  const minUs = reader.varint()
  const maxUs = minUs + reader.varint()
  const sumUs = reader.varint()
  const gapBits = reader.byte()
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << (8 - gapBits)) - 1
  const { bytes } = reader
  const { pageBits, pageMask, length } = histogram.geometry
  let at = reader.at
  let index = -1
  let total = 0
  let number = -1
  let page: Uint32Array | Float64Array | undefined
  for (let i = 0; i < tokens; i++) {
    const token = bytes[at++] as number
    let gap = token & mostGap
    let count = token >>> gapBits
    if (gap === mostGap) {
      const byte = bytes[at++] as number
      if (byte < 128) gap += byte
      else {
        reader.at = at - 1
        gap += reader.varint()
        at = reader.at
      }
    }
    if (count === mostCount) {
      const byte = bytes[at++] as number
      if (byte < 128) count += byte
      else {
        reader.at = at - 1
        count += reader.varint()
        at = reader.at
      }
    }
    index += gap + 1
    count++
    total += count
    if (index >>> pageBits !== number) {
      if (index >= length) throw new Error('a histogram has a bucket beyond its range')
      number = index >>> pageBits
      page = histogram.pages[number]
      if (page === undefined) {
        histogram.addAt(index, 0)
        page = histogram.pages[number]
      }
    }
    if (page === undefined) continue
    const next = (page[index & pageMask] as number) + count
    if (next <= 0xffffffff) page[index & pageMask] = next
    else {
      histogram.addAt(index, count)
      page = histogram.pages[number]
    }
  }
  reader.at = at
  if (at > bytes.length) throw new Error('a histogram ends too early')
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

function bestGapBits(gaps: readonly number[], counts: readonly number[]): number {
  let best = 4
  let bestBytes = Number.POSITIVE_INFINITY
  for (let gapBits = 1; gapBits <= 7; gapBits++) {
    const mostGap = (1 << gapBits) - 1
    const mostCount = (1 << (8 - gapBits)) - 1
    let bytes = 0
    for (let i = 0; i < gaps.length; i++) {
      bytes += overflowBytes((gaps[i] as number) - mostGap) + overflowBytes((counts[i] as number) - mostCount)
    }
    if (bytes < bestBytes) {
      best = gapBits
      bestBytes = bytes
    }
  }
  return best
}

/** Bytes of a varint; none where the value fits into its field. */
function overflowBytes(excess: number): number {
  if (excess < 0) return 0
  if (excess < 128) return 1
  if (excess < 16_384) return 2
  return excess < 2_097_152 ? 3 : 5
}
