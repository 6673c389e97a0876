/**
 * HdrHistogram's buckets with a unit of 1 µs. Values below `2 * half` have a bucket of 1 µs each; from there on every
 * octave [half * 2^k, half * 2^(k+1)) is cut into `half` buckets of 2^k µs. The counts index of value v in octave k is
 * `k * half + (v >> k)`, which is HdrHistogram's own, so that counts can be exchanged as they are.
 */
export type HistogramGeometry = {
  readonly significantDigits: number
  /** log2 of `half`. */
  readonly halfBits: number
  readonly pageCount: number
  /** Buckets up to and including the one that holds an hour. */
  readonly length: number
}

/**
 * Buckets are held in pages of 512, whatever the geometry: a page of the coarsest holds all there is of it, and where these
 * are put in place of their names (tools/build.ts), a record takes a fifth less time.
 */
export const PAGE_BITS = 9
export const PAGE_BUCKETS = 1 << PAGE_BITS
export const PAGE_MASK = PAGE_BUCKETS - 1

/** Octaves of 1,024 buckets, an error of at most 0.1 %: for response and service times and all that is judged. */
export const THREE_DIGITS: HistogramGeometry = geometry(3, 10)

/** Octaves of 128 buckets, an error of at most 0.8 %: for the parts of a response time, which are only shown. */
export const TWO_DIGITS: HistogramGeometry = geometry(2, 7)

/** Octaves of 16 buckets, an error of at most 6.3 %: for plots over time, where a histogram an interval must be small. */
export const ONE_DIGIT: HistogramGeometry = geometry(1, 4)

function geometry(significantDigits: number, halfBits: number): HistogramGeometry {
  // 22 octaves reach 2048 * 2^21 µs = 4,295 s for three digits; every geometry reaches the same 2^32 µs.
  const length = (33 - halfBits) << halfBits
  const pageCount = Math.ceil(length / PAGE_BUCKETS)
  return { significantDigits, halfBits, pageCount, length }
}

/** Counts index of a length in whole µs below 2^32. */
export function indexOfUs(geometry: HistogramGeometry, us: number): number {
  const value = us >>> 0
  const octave = 31 - geometry.halfBits - Math.clz32(value | (1 << geometry.halfBits))
  return (octave << geometry.halfBits) + (value >>> octave)
}

/** Smallest value of a bucket, in µs. */
export function lowestEquivalentUs(geometry: HistogramGeometry, index: number): number {
  const octave = octaveOf(geometry, index)
  return (index - (octave << geometry.halfBits)) * 2 ** octave
}

/** Largest value of a bucket, in µs. */
export function highestEquivalentUs(geometry: HistogramGeometry, index: number): number {
  return lowestEquivalentUs(geometry, index) + 2 ** octaveOf(geometry, index) - 1
}

/** HdrHistogram's median equivalent value of a bucket, in µs. */
export function middleUs(geometry: HistogramGeometry, index: number): number {
  return lowestEquivalentUs(geometry, index) + Math.floor(2 ** octaveOf(geometry, index) / 2)
}

/** The lower half of the first 2 * half buckets has no octave of its own. */
function octaveOf(geometry: HistogramGeometry, index: number): number {
  return Math.max(0, (index >>> geometry.halfBits) - 1)
}
