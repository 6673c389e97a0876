import { ByteWriter } from './byte-writer.ts'
import type { Histogram } from './histogram.ts'
import { BLOCK, EMPTY_BLOCKS, MOST_IN_HEADER, MOST_IN_TOKEN, NARROWEST_WITH_BASE, WIDEST } from './packed-counts.ts'

type Counts = Uint32Array | Float64Array

/** Writes the counts in the form that packed-counts.ts describes and reads. */
export function packCounts(writer: ByteWriter, histogram: Histogram): void {
  const body = new ByteWriter()
  let widest = 0
  let entries = 0
  let empty = 0
  for (const page of histogram.pages) {
    if (page === undefined) {
      empty += (histogram.geometry.pageMask + 1) / BLOCK
      continue
    }
    for (let first = 0; first < page.length; first += BLOCK) {
      const counts = page.subarray(first, first + BLOCK)
      if (counts.every(count => count === 0)) {
        empty++
        continue
      }
      if (empty > 0) {
        writeHeader(body, EMPTY_BLOCKS, empty - 1)
        entries++
        empty = 0
      }
      widest = Math.max(widest, packBlock(body, counts))
      entries++
    }
  }
  writer.varint(widest)
  writer.varint(entries)
  writer.append(body.finish())
}

/** Returns the width. */
function packBlock(body: ByteWriter, counts: Counts): number {
  let least = Number.POSITIVE_INFINITY
  for (const count of counts) if (count < least) least = count
  const width = bestWidth(counts, least)
  const base = width < NARROWEST_WITH_BASE ? 0 : least
  const unit = 2 ** width
  let tokens = 0
  for (const count of counts) if (count - base >= unit) tokens++
  writeHeader(body, width, tokens)
  if (width >= NARROWEST_WITH_BASE) body.varint(base)
  for (let half = 0; half < BLOCK; half += 32) {
    for (let bit = 0; bit < width; bit++) writePlane(body, counts, half, base, bit)
  }
  for (let i = 0; i < BLOCK; i++) {
    const units = Math.floor(((counts[i] as number) - base) / unit)
    if (units === 0) continue
    body.byte(i | ((Math.min(units, MOST_IN_TOKEN) - 1) << 6))
    if (units >= MOST_IN_TOKEN) body.varint(units - MOST_IN_TOKEN)
  }
  return width
}

/** The width that takes the fewest bytes, the narrowest of equals. */
function bestWidth(counts: Counts, least: number): number {
  let best = 0
  let fewest = Number.POSITIVE_INFINITY
  for (let width = 0; width <= WIDEST; width++) {
    const withBase = width >= NARROWEST_WITH_BASE
    const own = (BLOCK / 8) * width + (withBase ? 1 : 0)
    // Wider ones take more even without a token.
    if (own >= fewest) break
    const bytes = own + tokenBytes(counts, withBase ? least : 0, 2 ** width)
    if (bytes < fewest) {
      best = width
      fewest = bytes
    }
  }
  return best
}

function tokenBytes(counts: Counts, base: number, unit: number): number {
  let bytes = 0
  for (const count of counts) {
    const rest = count - base
    if (rest >= unit) bytes += rest < MOST_IN_TOKEN * unit ? 1 : rest < 128 * unit ? 2 : 3
  }
  return bytes
}

function writePlane(body: ByteWriter, counts: Counts, first: number, base: number, bit: number): void {
  for (let at = first; at < first + 32; at += 8) {
    let byte = 0
    for (let i = 0; i < 8; i++) {
      const low = ((counts[at + i] as number) - base) % 2 ** WIDEST
      byte |= ((low >>> bit) & 1) << i
    }
    body.byte(byte)
  }
}

function writeHeader(body: ByteWriter, width: number, number: number): void {
  body.byte(width | (Math.min(number, MOST_IN_HEADER) << 5))
  if (number >= MOST_IN_HEADER) body.varint(number - MOST_IN_HEADER)
}
