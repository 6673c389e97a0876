import { ByteWriter } from './byte-writer.ts'
import type { Histogram } from './histogram.ts'
import { PAGE_BUCKETS } from './histogram-geometry.ts'
import { BLOCK, EMPTY_BLOCKS, MOST_IN_HEADER, MOST_IN_TOKEN, NARROWEST_WITH_BASE, WIDEST } from './packed-counts.ts'

type Page = Uint32Array | Float64Array

/** Writes the counts in the form that packed-counts.ts describes and reads. */
export function packCounts(writer: ByteWriter, histogram: Histogram): void {
  const body = new ByteWriter()
  let widest = 0
  let entries = 0
  let empty = 0
  for (const page of histogram.pages) {
    if (page === undefined) {
      empty += PAGE_BUCKETS / BLOCK
      continue
    }
    for (let first = 0; first < page.length; first += BLOCK) {
      if (isEmpty(page, first)) {
        empty++
        continue
      }
      if (empty > 0) {
        writeHeader(body, EMPTY_BLOCKS, empty - 1)
        entries++
        empty = 0
      }
      widest = Math.max(widest, packBlock(body, page, first))
      entries++
    }
  }
  writer.varint(widest)
  writer.varint(entries)
  writer.append(body.finish())
}

function isEmpty(page: Page, first: number): boolean {
  for (let i = first; i < first + BLOCK; i++) if (page[i] !== 0) return false
  return true
}

/** Returns the width. */
function packBlock(body: ByteWriter, page: Page, first: number): number {
  const width = bestWidth(page, first)
  const base = width < NARROWEST_WITH_BASE ? 0 : least(page, first)
  const unit = 2 ** width
  writeHeader(body, width, tokensOf(page, first, base + unit))
  if (width >= NARROWEST_WITH_BASE) body.varint(base)
  for (let half = first; half < first + BLOCK; half += 32) {
    for (let bit = 0; bit < width; bit++) writePlane(body, page, half, base, bit)
  }
  for (let i = 0; i < BLOCK; i++) {
    const rest = (page[first + i] as number) - base
    if (rest < unit) continue
    const units = Math.floor(rest / unit)
    body.byte(i | ((Math.min(units, MOST_IN_TOKEN) - 1) << 6))
    if (units >= MOST_IN_TOKEN) body.varint(units - MOST_IN_TOKEN)
  }
  return width
}

/** The width that takes the fewest bytes, the narrowest of equals. */
function bestWidth(page: Page, first: number): number {
  let best = 0
  let fewest = Number.POSITIVE_INFINITY
  for (let width = 0; width <= WIDEST; width++) {
    const withBase = width >= NARROWEST_WITH_BASE
    const own = (BLOCK / 8) * width + (withBase ? 1 : 0)
    // Wider ones take more even without a token.
    if (own >= fewest) break
    const bytes = own + tokenBytes(page, first, withBase ? least(page, first) : 0, 2 ** width)
    if (bytes < fewest) {
      best = width
      fewest = bytes
    }
  }
  return best
}

function least(page: Page, first: number): number {
  let found = Number.POSITIVE_INFINITY
  for (let i = first; i < first + BLOCK; i++) if ((page[i] as number) < found) found = page[i] as number
  return found
}

/** Counts that a width leaves a rest of. */
function tokensOf(page: Page, first: number, least: number): number {
  let tokens = 0
  for (let i = first; i < first + BLOCK; i++) if ((page[i] as number) >= least) tokens++
  return tokens
}

function tokenBytes(page: Page, first: number, base: number, unit: number): number {
  let bytes = 0
  for (let i = first; i < first + BLOCK; i++) {
    const rest = (page[i] as number) - base
    if (rest >= unit) bytes += rest < MOST_IN_TOKEN * unit ? 1 : rest < 128 * unit ? 2 : 3
  }
  return bytes
}

function writePlane(body: ByteWriter, page: Page, first: number, base: number, bit: number): void {
  for (let at = first; at < first + 32; at += 8) {
    let byte = 0
    // The shift takes the count modulo 2^32, which keeps the bits that planes hold.
    for (let i = 0; i < 8; i++) byte |= ((((page[at + i] as number) - base) >>> bit) & 1) << i
    body.byte(byte)
  }
}

function writeHeader(body: ByteWriter, width: number, number: number): void {
  body.byte(width | (Math.min(number, MOST_IN_HEADER) << 5))
  if (number >= MOST_IN_HEADER) body.varint(number - MOST_IN_HEADER)
}
