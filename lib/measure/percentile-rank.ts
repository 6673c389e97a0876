import type { Histogram } from './histogram.ts'

/**
 * The rank, from 1, of the sample that is the percentile: ceil(p n), where the product is taken one unit in the last
 * place lower so that 0.99 * 100 does not become 100. The same arithmetic as HdrHistogram's.
 */
export function rankOf(percentile: number, count: number): number {
  const product = (Math.min(percentile, 100) / 100) * count
  return Math.max(1, Math.ceil(product - unitInLastPlace(product)))
}

function unitInLastPlace(x: number): number {
  return x === 0 ? Number.MIN_VALUE : 2 ** (Math.floor(Math.log2(x)) - 52)
}

/** Samples from which a percentile counts as observed: 1/(1 - p), so p99 needs 100. The 100th is the maximum: one. */
export function samplesNeeded(percentile: number): number {
  if (percentile >= 100) return 1
  return Math.ceil((100 / (100 - percentile)) * (1 - 1e-9))
}

/** The percentile in µs, or undefined where the samples are too few to have observed it. */
export function observedPercentile(histogram: Histogram, percentile: number): number | undefined {
  return histogram.count < samplesNeeded(percentile) ? undefined : histogram.percentile(percentile)
}
