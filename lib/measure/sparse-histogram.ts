import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { Histogram } from './histogram.ts'
import { type HistogramGeometry, THREE_DIGITS } from './histogram-geometry.ts'
import { packCounts } from './pack-counts.ts'
import { addPackedCounts } from './packed-counts.ts'

/**
 * The form in which histograms travel: the totals, then the counts (see packed-counts.ts). An empty histogram is one zero
 * byte. Equal histograms give equal bytes.
 */
export function writeSparse(writer: ByteWriter, histogram: Histogram | undefined): void {
  if (histogram === undefined || histogram.count === 0) {
    writer.byte(0)
    return
  }
  histogram.settle()
  writer.varint(histogram.count)
  writer.varint(histogram.clamped)
  writer.varint(histogram.minUs)
  writer.varint(histogram.maxUs - histogram.minUs)
  writer.varint(histogram.sumUs)
  packCounts(writer, histogram)
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
  addPackedCounts(reader, histogram, narrow)
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
