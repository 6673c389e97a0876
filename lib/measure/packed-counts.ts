import type { ByteReader } from './byte-reader.ts'
import type { Histogram } from './histogram.ts'
import { PAGE_BITS, PAGE_MASK } from './histogram-geometry.ts'

/**
 * The counts of a histogram as bytes: a varint with the greatest width of a block, one with the number of entries, then
 * the entries. An entry begins with a byte whose lower five bits are a width w and whose upper three are a number n; if
 * they are all ones, a varint with the rest of n follows. A width of 31 stands for n + 1 empty blocks of 64 buckets. Any
 * other entry is one block:
 *
 * 1. from a width of 4 on, a varint: the base, which every bucket has at least, and beyond which the rest counts;
 * 2. the lowest w bits of every bucket as bit planes: for the lower 32 buckets, then for the upper ones, w words of four
 *    bytes, little-endian, the lowest bit first;
 * 3. n tokens, a byte each, for what w bits do not hold: the lower six bits name the bucket, the upper two add one, two
 *    or three times 2^w, or four times and as often again as the varint behind the token says.
 *
 * Where values are many, planes are close to the least that can be written, and they add up 32 buckets at a time (see
 * bit-planes.ts); where they are few, a token each is. A log-normal histogram of 5,000 values over ten octaves takes
 * 1.4 KB and one of 100,000 takes 3.6, where their entropy is 1.1 and 2.9.
 */
export const BLOCK = 64
export const EMPTY_BLOCKS = 31
export const MOST_IN_HEADER = 7
export const MOST_IN_TOKEN = 4
/** Tokens from here on have a varint behind them. */
const WIDE_TOKEN = (MOST_IN_TOKEN - 1) << 6
export const NARROWEST_WITH_BASE = 4
/** What is beyond goes into tokens. */
export const WIDEST = 16

/**
 * Adds the counts to a histogram, by way of its bit planes if there is something in it already, as more may come then.
 * `narrow`: no count can leave 32 bits by it.
 */
export function addPackedCounts(reader: ByteReader, histogram: Histogram, narrow: boolean): void {
  const { bytes, view } = reader
  const { length } = histogram.geometry
  const widest = reader.varint()
  const planes = histogram.count === 0 ? undefined : histogram.planesFor(widest)
  const { pages } = histogram
  const end = bytes.length
  let left = reader.varint()
  let at = reader.at
  for (let index = 0; left > 0; left--) {
    const header = bytes[at++] as number
    const width = header & 31
    let number = header >>> 5
    if (number === MOST_IN_HEADER) {
      reader.at = at
      number += reader.varint()
      at = reader.at
    }
    if (width === EMPTY_BLOCKS) {
      index += (number + 1) * BLOCK
      continue
    }
    let base = 0
    if (width >= NARROWEST_WITH_BASE) {
      reader.at = at
      base = reader.varint()
      at = reader.at
    }
    if (!(index < length) || width > WIDEST) throw new Error('a histogram has a bucket beyond its range')
    if (!(at + 8 * width + number <= end)) throw new Error('a histogram ends too early')
    const planesAt = at
    at += 8 * width
    if (planes !== undefined) {
      if (width > 0) planes.add(index, view, planesAt, width)
      if (base > 0) planes.addBase(index, base)
    }
    if (number > 0 || planes === undefined) {
      const known = pages[index >>> PAGE_BITS]
      const page = narrow ? (known ?? histogram.pageAt(index)) : histogram.widePageAt(index)
      const first = index & PAGE_MASK
      if (planes === undefined) {
        addPlanes(bytes, planesAt, width, page, first)
        if (base > 0) for (let i = first; i < first + BLOCK; i++) page[i] = (page[i] as number) + base
      }
      for (;;) {
        // Apart from the wide ones, so that this loop calls nothing.
        let token = 0
        while (number > 0) {
          token = bytes[at++] as number
          if (token >= WIDE_TOKEN) break
          const i = first + (token & 63)
          page[i] = (page[i] as number) + (((token >>> 6) + 1) << width)
          number--
        }
        if (number === 0) break
        const i = first + (token & 63)
        reader.at = at
        page[i] = (page[i] as number) + (MOST_IN_TOKEN + reader.varint()) * (1 << width)
        at = reader.at
        number--
      }
    }
    index += BLOCK
  }
  // A token with a varint behind it leaves less for those after it than a byte each.
  if (at > end) throw new Error('a histogram ends too early')
  reader.at = at
}

/** Adds planes bucket by bucket. */
function addPlanes(
  bytes: Uint8Array,
  start: number,
  width: number,
  page: Uint32Array | Float64Array,
  first: number,
): void {
  for (let i = 0; i < BLOCK; i++) {
    let at = start + (i < 32 ? 0 : 4 * width) + ((i & 31) >>> 3)
    let count = 0
    for (let bit = 0; bit < width; bit++, at += 4) count |= (((bytes[at] as number) >>> (i & 7)) & 1) << bit
    if (count > 0) page[first + i] = (page[first + i] as number) + count
  }
}
