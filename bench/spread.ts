/** A figure that was measured several times: the middle one, and how far apart they lie. */
export type Spread = { readonly median: number; readonly least: number; readonly most: number }

export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

/** `0.94 (0.91 to 0.97)`. */
export function spreadText(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return ''
  const [median, least, most] = [spread.median, spread.least, spread.most].map(each => each.toFixed(digits))
  return least === most ? `${median}` : `${median} (${least} to ${most})`
}
