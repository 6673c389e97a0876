/** µs as ms to the last µs, free of the dust of binary fractions. */
export function msOf(us: number): number {
  return Math.round(us) / 1000
}

/** Means, shares and rates say no more than their samples do: six significant digits. */
export function sixDigits(value: number): number {
  return Number(value.toPrecision(6))
}
