import { normal } from '../measure/arrival-gaps.ts'

/** Whether a series drifts, and by how much. */
export type Trend = {
  /** Kendall's S over its deviation: beyond 2.58 a series without a trend is found once in a hundred. */
  readonly z: number
  /** Two-sided probability of such a z without a trend. */
  readonly probability: number
  /** From the first value to the last, as a part of the median, by the median of all slopes. */
  readonly change: number
}

/**
 * The test of Mann (1945) and Kendall for a trend, which asks nothing of the values' law: S counts the pairs that rise less
 * those that fall. Its variance is that of distinct values less the ties' (Kendall 1975); the slope is Theil's and Sen's
 * (1968), the median over all pairs, which a third of outliers does not move. Quadratic in the number of values.
 */
export function trendOf(values: readonly number[]): Trend {
  const n = values.length
  let s = 0
  const slopes: number[] = []
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const rise = (values[j] ?? 0) - (values[i] ?? 0)
      s += Math.sign(rise)
      slopes.push(rise / (j - i))
    }
  }
  const variance = (pairTerm(n) - tiesOf(values).reduce((sum, size) => sum + pairTerm(size), 0)) / 18
  // A continuity correction of one: S moves in steps of two.
  const z = variance <= 0 ? 0 : (Math.sign(s) * Math.max(0, Math.abs(s) - 1)) / Math.sqrt(variance)
  const level = median(values)
  const change = level === 0 ? 0 : (median(slopes) * (n - 1)) / level
  return { z, probability: 2 * (1 - normal(Math.abs(z))), change }
}

const pairTerm = (n: number) => n * (n - 1) * (2 * n + 5)

function tiesOf(values: readonly number[]): readonly number[] {
  const sizes = new Map<number, number>()
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1)
  return [...sizes.values()]
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
