import type { Histogram } from './histogram.ts'

/** Two-sided confidence of 95 %: this much may lie beyond each end. */
const TAIL = 0.025
/** Above this variance the normal approximation of the binomial is used; its error in rank is then below 1 in 100. */
const MOST_EXACT_VARIANCE = 10_000

/** Ranks from 1; `low` 0 and `high` n + 1 stand for "not among the samples". */
export type RankInterval = { readonly low: number; readonly high: number }

/**
 * Ranks of the order statistics between which the percentile lies with 95 % confidence. The number X of n samples below
 * the true quantile is binomial(n, p), so x_(l) <= quantile < x_(u) with probability P(l <= X < u); l is the largest rank
 * with P(X < l) <= 2.5 % and u the smallest with P(X >= u) <= 2.5 % (David and Nagaraja, Order Statistics, 7.1).
 * Exact where n p (1 - p) <= 10,000, else by the normal approximation with continuity correction.
 */
export function percentileRanks95(percentile: number, count: number): RankInterval {
  const p = percentile / 100
  const mean = count * p
  const variance = mean * (1 - p)
  if (variance <= 0 || count === 0) return { low: 0, high: count + 1 }
  const deviation = Math.sqrt(variance)
  if (variance > MOST_EXACT_VARIANCE) {
    const z = 1.959963984540054
    return {
      low: Math.max(0, Math.floor(mean - z * deviation - 0.5) + 1),
      high: Math.min(count + 1, Math.ceil(mean + z * deviation + 0.5)),
    }
  }
  return exactRanks(p, count, mean, deviation)
}

/** Sums the binomial from eight deviations below its mean, where what is left out is below 1e-14. */
function exactRanks(p: number, count: number, mean: number, deviation: number): RankInterval {
  let k = Math.max(0, Math.floor(mean - 8 * deviation - 20))
  let mass = Math.exp(logBinomial(count, k) + k * Math.log(p) + (count - k) * Math.log1p(-p))
  let below = 0 // P(X < k)
  let low = 0
  for (; k <= count; k++) {
    if (below <= TAIL) low = k
    if (below >= 1 - TAIL) return { low, high: k }
    below += mass
    mass *= ((count - k) / (k + 1)) * (p / (1 - p))
  }
  return { low, high: count + 1 }
}

function logBinomial(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** Stirling's series; below 16 the product itself. Relative error below 1e-14. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1
    for (let i = 2; i <= n; i++) product *= i
    return Math.log(product)
  }
  const inverse = 1 / n
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260 - inverse ** 7 / 1680
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series
}

/** The ends of a percentile's 95 % interval in µs; an end that the samples are too few to bound is absent. */
export type PercentileInterval = { readonly lowUs?: number; readonly highUs?: number }

export function percentileInterval95(histogram: Histogram, percentile: number): PercentileInterval {
  const { low, high } = percentileRanks95(percentile, histogram.count)
  return {
    ...(low >= 1 ? { lowUs: histogram.valueAtRank(low) } : {}),
    ...(high <= histogram.count ? { highUs: histogram.valueAtRank(high) } : {}),
  }
}

/** Wilson's 95 % interval of a share (Wilson 1927), which holds near 0 and 1, too. [0, 1] for nothing observed. */
export function shareInterval95(matched: number, count: number): readonly [number, number] {
  if (count === 0) return [0, 1]
  const z2 = 1.959963984540054 ** 2
  const share = matched / count
  const centre = (share + z2 / (2 * count)) / (1 + z2 / count)
  const half = Math.sqrt(z2 * ((share * (1 - share)) / count + z2 / (4 * count * count))) / (1 + z2 / count)
  // At the ends the bound is the end itself; the arithmetic may miss it by an ulp.
  const low = matched === 0 ? 0 : Math.max(0, centre - half)
  const high = matched === count ? 1 : Math.min(1, centre + half)
  return [low, high]
}
