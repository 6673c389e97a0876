import { cutMiddle, padEnd, padStart, textWidth } from './terminal-text.ts'

export type TableColumn = {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Flexible columns share what the others leave, and are cut in the middle; the others are never cut. */
  readonly flexible?: boolean
  /** Left out where the others would have no room, the highest number first. */
  readonly spare?: number
}

/** Narrower than this a name says nothing. */
const LEAST_FLEXIBLE = 8
/** For names of this width columns are left out that can be spared. */
const READABLE_FLEXIBLE = 16

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
  const natural = columns.map(({ head }, at) =>
    Math.max(textWidth(head), ...rows.map(row => textWidth(cutMiddle(row[at] ?? '', width)))),
  )
  const kept = keptColumns(columns, natural, width - indent)
  if (kept.length < columns.length) {
    const pick = <T>(values: readonly T[]) => values.filter((_, at) => kept.includes(at))
    return tableLines(pick(columns), rows.map(pick), width, indent)
  }
  const all = [columns.map(column => column.head), ...rows]
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

/** The places of the columns that fit with one blank between them and names that can be read. */
function keptColumns(columns: readonly TableColumn[], natural: readonly number[], room: number): readonly number[] {
  const least = columns.map(({ flexible }, at) => {
    const width = natural[at] ?? 0
    return flexible === true ? Math.min(width, READABLE_FLEXIBLE) : width
  })
  let kept = columns.map((_, at) => at)
  for (;;) {
    const needed = kept.reduce((sum, at) => sum + (least[at] ?? 0), kept.length - 1)
    const [spared] = kept
      .filter(at => columns[at]?.spare !== undefined)
      .toSorted((a, b) => (columns[b]?.spare ?? 0) - (columns[a]?.spare ?? 0))
    if (needed <= room || spared === undefined) return kept
    kept = kept.filter(at => at !== spared)
  }
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
