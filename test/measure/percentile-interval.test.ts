import { describe, expect, it } from 'vitest'
import { percentileRanks95, shareInterval95 } from '../../lib/measure/percentile-interval.ts'

/** The binomial distribution's cumulative sums by the recurrence of its logarithms, for a few hundred samples. */
function cumulative(n: number, p: number): readonly number[] {
  const sums: number[] = []
  let logMass = n * Math.log(1 - p)
  let sum = 0
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(logMass)
    sums.push(sum)
    logMass += Math.log(((n - k) / (k + 1)) * (p / (1 - p)))
  }
  return sums
}

describe('the interval of a percentile', () => {
  const cases = [5, 20, 59, 100, 368, 700].flatMap(n => [10, 50, 90, 95, 99].map(percentile => ({ n, percentile })))

  it.each(cases)('of $n samples, p$percentile, is the narrowest with 2.5 % beyond each end', ({ n, percentile }) => {
    const sums = cumulative(n, percentile / 100)
    const below = (rank: number) => (rank <= 0 ? 0 : (sums[rank - 1] ?? 1)) // P(X < rank)
    const { low, high } = percentileRanks95(percentile, n)
    expect(below(low)).toBeLessThanOrEqual(0.025)
    if (low <= n) expect(below(low + 1)).toBeGreaterThan(0.025)
    if (high <= n) expect(below(high)).toBeGreaterThanOrEqual(0.975)
    expect(below(high - 1)).toBeLessThan(0.975)
  })

  it('leaves an end open that the samples cannot bound', () => {
    // 0.99^100 = 0.37: the true p99 lies beyond all of 100 samples that often.
    expect(percentileRanks95(99, 100).high).toBe(101)
    expect(percentileRanks95(50, 5)).toEqual({ low: 0, high: 6 })
  })

  it('goes over to the normal approximation without a jump', () => {
    const exact = percentileRanks95(50, 39_990)
    const normal = percentileRanks95(50, 40_010)
    expect(Math.abs(exact.low + 10 - normal.low)).toBeLessThanOrEqual(2)
    expect(Math.abs(exact.high + 10 - normal.high)).toBeLessThanOrEqual(2)
  })
})

describe("Wilson's interval of a share", () => {
  it.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [0, 0, 0, 1],
  ])('of %d in %d is %d to %d', (matched, count, low, high) => {
    const interval = shareInterval95(matched, count)
    expect(interval[0]).toBeCloseTo(low, 3)
    expect(interval[1]).toBeCloseTo(high, 3)
  })
})
