/** A rate that runs linearly from one value to another. Rates a second, times seconds from the phase's start. */
export type LinearRate = {
  readonly fromPerSecond: number
  readonly toPerSecond: number
  readonly durationSeconds: number
}

/** Lambda(t): arrivals expected before t. The integral of a + (b - a) t / T. */
export function cumulative(rate: LinearRate, seconds: number): number {
  const { fromPerSecond: a, toPerSecond: b, durationSeconds: T } = rate
  if (T <= 0) return 0
  const t = Math.min(Math.max(seconds, 0), T)
  return t * (a + ((b - a) * t) / (2 * T))
}

/** Lambda(T), in the form that is exact where the product is. */
export function totalExpected(rate: LinearRate): number {
  return ((rate.fromPerSecond + rate.toPerSecond) / 2) * rate.durationSeconds
}

/**
 * How many arrivals the phase has: the whole numbers i >= 0 with i < Lambda(T). Fractions that only rounding made are
 * not seen, so that 0.1/s for 30 s is 3 and 50/s for 10 s is 500.
 */
export function arrivalCount(rate: LinearRate): number {
  const total = totalExpected(rate)
  const nearest = Math.round(total)
  return Math.abs(total - nearest) <= 1e-9 * Math.max(1, total) ? nearest : Math.ceil(total)
}

/**
 * The time t at which Lambda(t) = value. Of the two closed forms of the quadratic's root, t = 2 v / (a + sqrt(a^2 + 2 s v))
 * with slope s = (b - a) / T loses no digits for rising, equal and falling rates, and needs no case for s = 0.
 */
export function inverse(rate: LinearRate, value: number): number {
  if (value <= 0) return 0
  const { fromPerSecond: a, toPerSecond: b, durationSeconds: T } = rate
  const slope = (b - a) / T
  // Below zero only by rounding, at the very end of a rate that falls to zero.
  const root = Math.sqrt(Math.max(0, a * a + 2 * slope * value))
  return Math.min((2 * value) / (a + root), T)
}
