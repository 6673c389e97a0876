/** Most places in a block of the mix; weights that need more are rounded to it. */
export const MOST_PARTS = 1_000

/** Weights as whole numbers without a common divisor: of `total` iterations in a row, flow j gets `parts[j]`. */
export type WeightParts = {
  readonly parts: readonly number[]
  readonly total: number
  /** False where the weights had to be rounded. */
  readonly exact: boolean
}

/** 73, 18 and 9 stay what they are; 0.5 and 0.25 become 2 and 1. A weight above zero never becomes zero. */
export function weightParts(weights: readonly number[]): WeightParts {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum <= 0) return { parts: weights.map(() => 1), total: weights.length, exact: true }
  for (let scale = 1; scale <= 1_000_000; scale *= 10) {
    const scaled = weights.map(weight => weight * scale)
    if (scaled.some(part => Math.abs(part - Math.round(part)) > 1e-6 * Math.max(1, part))) continue
    const parts = reduced(scaled.map(Math.round))
    const total = parts.reduce((a, b) => a + b, 0)
    if (total <= MOST_PARTS) return { parts, total, exact: true }
    break
  }
  const rounded = reduced(
    weights.map(weight => (weight > 0 ? Math.max(1, Math.round((weight / sum) * MOST_PARTS)) : 0)),
  )
  return { parts: rounded, total: rounded.reduce((a, b) => a + b, 0), exact: false }
}

function reduced(parts: readonly number[]): number[] {
  const divisor = parts.reduce(greatestCommonDivisor, 0)
  return parts.map(part => part / Math.max(1, divisor))
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
