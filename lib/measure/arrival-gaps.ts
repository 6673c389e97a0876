/** Bins of the transformed gaps on [0, 1). */
export const GAP_BINS = 50

/** How a generator's starts of judged open phases followed one another. Counts and sums: generators add up. */
export type ArrivalGaps = {
  /** Gaps between two starts that follow each other on one shard. */
  readonly count: number
  /** Sum of the planned gaps, µs. */
  readonly plannedUs: number
  /** Sum of |actual gap - planned gap|, µs. */
  readonly errorUs: number
  /** Poisson phases: gaps by their probability under the planned process, in `GAP_BINS` bins; empty without any. */
  readonly probabilities: readonly number[]
}

/**
 * Records how starts follow one another. For a Poisson process of cumulative rate Lambda the arrivals of a shard of n are
 * every n-th, and Lambda(t_i) - Lambda(t_i-1) is Erlang(n): its probability under that law is uniform on [0, 1] (Cox and
 * Lewis 1966, time rescaling), which is what a test of the arrivals compares with. Takes nothing an arrival but arithmetic.
 */
export class GapRecorder {
  count = 0
  plannedUs = 0
  errorUs = 0
  readonly probabilities: number[] = []

  /** One gap: as planned, as it was, and, in Poisson phases, the arrivals of all shards expected in it. */
  record(plannedUs: number, actualUs: number, expected: number | undefined, shardCount: number): void {
    this.count++
    this.plannedUs += plannedUs
    this.errorUs += Math.abs(actualUs - plannedUs)
    if (expected === undefined) return
    while (this.probabilities.length < GAP_BINS) this.probabilities.push(0)
    const bin = Math.min(GAP_BINS - 1, Math.floor(erlang(shardCount, expected) * GAP_BINS))
    this.probabilities[bin] = (this.probabilities[bin] ?? 0) + 1
  }

  /** Undefined where nothing was recorded. */
  gaps(): ArrivalGaps | undefined {
    if (this.count === 0) return undefined
    const { count, plannedUs, errorUs, probabilities } = this
    return { count, plannedUs: Math.round(plannedUs), errorUs: Math.round(errorUs), probabilities: [...probabilities] }
  }
}

/** Of all generators together. */
export function mergedGaps(list: readonly (ArrivalGaps | undefined)[]): ArrivalGaps | undefined {
  const known = list.filter(gaps => gaps !== undefined)
  if (known.length === 0) return undefined
  const sum = (figure: (gaps: ArrivalGaps) => number) => known.reduce((total, gaps) => total + figure(gaps), 0)
  const bins = Math.max(...known.map(gaps => gaps.probabilities.length))
  return {
    count: sum(gaps => gaps.count),
    plannedUs: sum(gaps => gaps.plannedUs),
    errorUs: sum(gaps => gaps.errorUs),
    probabilities: Array.from({ length: bins }, (_, bin) => sum(gaps => gaps.probabilities[bin] ?? 0)),
  }
}

/** Above this shape the law is taken as normal by Wilson and Hilferty (1931), to within 0.001. */
const MOST_EXACT_SHAPE = 50

/** P(X <= x) for X of Erlang(shape, 1): 1 - e^-x sum of x^k / k! for k below the shape. */
export function erlang(shape: number, x: number): number {
  if (x <= 0) return 0
  if (shape > MOST_EXACT_SHAPE) {
    const z = (Math.cbrt(x / shape) - 1 + 1 / (9 * shape)) * Math.sqrt(9 * shape)
    return normal(z)
  }
  let term = Math.exp(-x)
  let sum = term
  for (let k = 1; k < shape; k++) {
    term *= x / k
    sum += term
  }
  return Math.min(1, Math.max(0, 1 - sum))
}

/** The standard normal law, by Zelen and Severo's approximation (Abramowitz and Stegun 26.2.17), to within 1e-7. */
export function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
  return z >= 0 ? 1 - tail : tail
}
