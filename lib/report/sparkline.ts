const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * One line of bars, one character a value, from 0 to the largest value. Zero and what was not measured differ: zero is
 * blank only where `zeroBlank` is set (failures), missing is always blank.
 */
export function sparkline(
  values: readonly (number | undefined)[],
  options: { zeroBlank?: boolean; top?: number } = {},
): string {
  const finite = values.filter((value): value is number => value !== undefined && Number.isFinite(value))
  const top = options.top ?? Math.max(0, ...finite)
  return values
    .map(value => {
      if (value === undefined || !Number.isFinite(value)) return ' '
      if (value <= 0) return options.zeroBlank === true ? ' ' : BARS[0]
      return BARS[Math.min(7, Math.max(0, Math.ceil((value / top) * 8) - 1))]
    })
    .join('')
}

/** One stretch of time that a column of a curve stands for: places in the list of intervals. */
export type ColumnSpan = { readonly from: number; readonly to: number }

/**
 * Shares `count` intervals among at most `width` columns: column c covers the intervals that begin in its stretch, and
 * where there are fewer intervals than columns an interval is drawn over several, so that the axis stays time.
 */
export function columnSpans(count: number, width: number): readonly ColumnSpan[] {
  if (count <= 0 || width <= 0) return []
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * count) / width)
    return { from, to: Math.max(from + 1, Math.floor(((column + 1) * count) / width)) }
  })
}
