import { BitPlanes } from './bit-planes.ts'
import {
  type HistogramGeometry,
  highestEquivalentUs,
  indexOfUs,
  middleUs,
  PAGE_BITS,
  PAGE_BUCKETS,
  PAGE_MASK,
  THREE_DIGITS,
} from './histogram-geometry.ts'
import { rankOf } from './percentile-rank.ts'

/** Largest value that is told apart: one hour. Anything above is counted there. */
export const LONGEST_US = 3_600_000_000

/** Counts of one page; Float64Array only once a count has left 32 bits. */
type Page = Uint32Array | Float64Array

/**
 * Counts of lengths in µs, in HdrHistogram's buckets (Tene, http://hdrhistogram.org), from 0 µs to one hour. With three
 * significant digits a value is told from its neighbours to one part in 1,024 or better.
 *
 * Invariants: `count` is the sum of all counts; `sumUs`, `minUs` and `maxUs` are of the recorded values themselves, whole
 * µs, so they are exact while `sumUs` is below 2^53. Merging is adding counts, hence exact, associative and commutative.
 * Counts live in pages that are allocated when something first falls into them: a dense array would take 94 KB.
 */
export class Histogram {
  readonly geometry: HistogramGeometry
  /** The geometry's own, at hand for every record. */
  private readonly halfBits: number
  /** By page number; a hole holds only zeros. Code in this folder reads it, after `settle`; nothing outside does. */
  readonly pages: (Page | undefined)[] = []
  count = 0
  sumUs = 0
  minUs = Number.POSITIVE_INFINITY
  maxUs = 0
  /** Of `count`, how many were longer than an hour. */
  clamped = 0
  /** Counts that were merged and are not in `pages` yet. */
  private planes: BitPlanes | undefined

  constructor(geometry: HistogramGeometry = THREE_DIGITS) {
    this.geometry = geometry
    this.halfBits = geometry.halfBits
    for (let i = 0; i < geometry.pageCount; i++) this.pages.push(undefined)
  }

  /** Counts one length, rounded to whole µs. Below zero counts as zero, above an hour as an hour. */
  record(us: number): void {
    let value = 0
    if (us < LONGEST_US) {
      if (us > 0) value = (us + 0.5) >>> 0
    } else {
      if (Number.isNaN(us)) throw new Error('a histogram cannot record NaN')
      value = LONGEST_US
      if (us > LONGEST_US) this.clamped++
    }
    // The octave of whatever is below `half` is the first's.
    const { halfBits } = this
    const octave = 31 - halfBits - Math.clz32(value | (1 << halfBits))
    const index = (octave << halfBits) + (value >>> octave)
    const page = this.pages[index >>> PAGE_BITS]
    if (page === undefined) this.addAt(index, 1)
    else {
      const at = index & PAGE_MASK
      const held = page[at] as number
      if (held >= 0xffffffff) this.addAt(index, 1)
      else page[at] = held + 1
    }
    this.count++
    this.sumUs += value
    if (value < this.minUs) this.minUs = value
    if (value > this.maxUs) this.maxUs = value
  }

  /** Adds to one bucket, making its page or widening it as needed. Leaves the totals alone. */
  addAt(index: number, count: number): void {
    let page = this.pageAt(index)
    const next = (page[index & PAGE_MASK] as number) + count
    if (next > 0xffffffff && page instanceof Uint32Array) {
      page = Float64Array.from(page)
      this.pages[index >>> PAGE_BITS] = page
    }
    page[index & PAGE_MASK] = next
  }

  /** The page that holds a bucket, made if there is none. */
  pageAt(index: number): Page {
    let page = this.pages[index >>> PAGE_BITS]
    if (page === undefined) {
      page = new Uint32Array(PAGE_BUCKETS)
      this.pages[index >>> PAGE_BITS] = page
    }
    return page
  }

  /** The same, ready for counts beyond 32 bits. */
  widePageAt(index: number): Float64Array {
    const page = this.pageAt(index)
    if (page instanceof Float64Array) return page
    const wide = Float64Array.from(page)
    this.pages[index >>> PAGE_BITS] = wide
    return wide
  }

  /** Where merging adds counts below 2^width, to be moved into the pages once they are read. */
  planesFor(width: number): BitPlanes {
    this.planes ??= new BitPlanes()
    if (!this.planes.takeRoom(width)) {
      this.settle()
      this.planes = new BitPlanes()
      this.planes.takeRoom(width)
    }
    return this.planes
  }

  /** Moves what was merged into the pages. Whatever reads counts begins with it. */
  settle(): void {
    const { planes } = this
    if (planes === undefined) return
    this.planes = undefined
    planes.drain((index, count) => this.addAt(index, count))
  }

  /** Adds every count of `other`, exactly. Both must have the same geometry. */
  add(other: Histogram): void {
    if (other.geometry !== this.geometry) throw new Error('histograms of different precision cannot be added')
    if (other.count === 0) return
    other.settle()
    const narrow = this.count + other.count <= 0xffffffff
    for (let number = 0; number < other.pages.length; number++) {
      const from = other.pages[number]
      if (from === undefined) continue
      const index = number << PAGE_BITS
      const to = narrow ? this.pageAt(index) : this.widePageAt(index)
      for (let at = 0; at < from.length; at++) to[at] = (to[at] as number) + (from[at] as number)
    }
    this.addTotals(other.count, other.sumUs, other.minUs, other.maxUs, other.clamped)
  }

  addTotals(count: number, sumUs: number, minUs: number, maxUs: number, clamped: number): void {
    this.count += count
    this.sumUs += sumUs
    if (minUs < this.minUs) this.minUs = minUs
    if (maxUs > this.maxUs) this.maxUs = maxUs
    this.clamped += clamped
  }

  countAt(index: number): number {
    this.settle()
    const page = this.pages[index >>> PAGE_BITS]
    return page === undefined ? 0 : (page[index & PAGE_MASK] as number)
  }

  /**
   * The highest value equivalent to the one that `percentile` % of all values do not exceed (HdrHistogram's
   * `getValueAtPercentile`), but never above the largest value recorded. In µs; 0 for an empty histogram.
   */
  percentile(percentile: number): number {
    return this.valueAtRank(rankOf(percentile, this.count))
  }

  /** The value of the sample with this rank, from 1 for the smallest; the ends beyond are clamped. In µs. */
  valueAtRank(rank: number): number {
    if (this.count === 0) return 0
    this.settle()
    let seen = 0
    for (let number = 0; number < this.pages.length; number++) {
      const page = this.pages[number]
      if (page === undefined) continue
      for (let at = 0; at < page.length; at++) {
        seen += page[at] as number
        if (seen >= rank && seen > 0) {
          const highest = highestEquivalentUs(this.geometry, (number << PAGE_BITS) + at)
          return Math.min(highest, this.maxUs)
        }
      }
    }
    return this.maxUs
  }

  /** How many values are at most `us`, counting the whole bucket that `us` falls into. */
  countUpTo(us: number): number {
    if (us < 0) return 0
    const last = indexOfUs(this.geometry, Math.min(us, LONGEST_US))
    let seen = 0
    this.forEachCount((index, count) => {
      if (index <= last) seen += count
    })
    return seen
  }

  /** Every bucket that is not empty, in ascending order. */
  forEachCount(visit: (index: number, count: number) => void): void {
    this.settle()
    for (let number = 0; number < this.pages.length; number++) {
      const page = this.pages[number]
      if (page === undefined) continue
      const base = number << PAGE_BITS
      for (let at = 0; at < page.length; at++) {
        const count = page[at] as number
        if (count !== 0) visit(base + at, count)
      }
    }
  }

  /** Exact mean in µs; 0 for an empty histogram. */
  get meanUs(): number {
    return this.count === 0 ? 0 : this.sumUs / this.count
  }

  /** Standard deviation of the population in µs, from the middles of the buckets, as HdrHistogram does it. */
  get stddevUs(): number {
    if (this.count === 0) return 0
    const meanUs = this.meanUs
    let squares = 0
    this.forEachCount((index, count) => {
      const deviation = middleUs(this.geometry, index) - meanUs
      squares += deviation * deviation * count
    })
    return Math.sqrt(squares / this.count)
  }
}

/**
 * One histogram with the counts of all of them, which must be of one precision. It is for reading: where only one of them
 * holds anything, it is that one.
 */
export function mergedHistogram(parts: readonly (Histogram | undefined)[]): Histogram {
  const filled = parts.filter(part => part !== undefined && part.count > 0)
  const [first] = filled
  if (first !== undefined && filled.length === 1) return first
  const merged = new Histogram(first?.geometry)
  for (const part of filled) if (part !== undefined) merged.add(part)
  return merged
}
