import { cutMiddle, padEnd, padStart, textWidth } from './terminal-text.ts'

export type TableColumn = {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Flexible columns share what the others leave, and are cut in the middle; the others are never cut. */
  readonly flexible?: boolean
}

/** Narrower than this a name says nothing. */
const LEAST_FLEXIBLE = 8

/**
 * A table without boxes: columns by white space, numbers right, names cut to fit. The gap between columns is two blanks,
 * or one where the names would otherwise have to be cut. Gives the head's line first; no line is wider than `width`.
 */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
  indent = 2,
): string[] {
  const all = [columns.map(column => column.head), ...rows]
  const natural = columns.map((_, at) => Math.max(0, ...all.map(row => textWidth(cutMiddle(row[at] ?? '', width)))))
  const gaps = columns.length - 1
  const total = natural.reduce((sum, one) => sum + one, 0)
  const gap = indent + total + 2 * gaps <= width ? 2 : 1
  const widths = fitted(columns, natural, width - indent - gap * gaps)
  return all.map(row => {
    const cells = columns.map((column, at) => {
      const room = widths[at] ?? 0
      const text = cutMiddle(row[at] ?? '', room)
      return column.align === 'left' ? padEnd(text, room) : padStart(text, room)
    })
    return cutLine(' '.repeat(indent) + cells.join(' '.repeat(gap)), width)
  })
}

/** Narrows the flexible columns, the widest first, until the table fits. */
function fitted(columns: readonly TableColumn[], natural: readonly number[], room: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, one) => sum + one, 0) - room
  while (excess > 0) {
    let widest = -1
    columns.forEach((column, at) => {
      const one = widths[at] ?? 0
      if (column.flexible === true && one > LEAST_FLEXIBLE && one > (widths[widest] ?? 0)) widest = at
    })
    if (widest < 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess--
  }
  return widths
}

/** The last resort for a terminal that is too narrow for the numbers alone. */
function cutLine(line: string, width: number): string {
  const trimmed = line.trimEnd()
  return textWidth(trimmed) <= width ? trimmed : cutMiddle(trimmed, width)
}
