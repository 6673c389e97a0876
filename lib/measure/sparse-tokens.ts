import type { ByteWriter } from './byte-writer.ts'

/**
 * How the buckets of a histogram that are not empty are written: a token each, of one unit. A unit is a byte or half a
 * byte; its low `gapBits` bits hold the distance from the bucket before less one, its other bits the count less one. A
 * field of all ones says that the rest follows as a varint in units, the gap's before the count's.
 *
 * Thin histograms need little room for either, dense ones none for gaps and much for counts; the form that gives the
 * fewest bytes is chosen for each. A bucket takes 0.6 bytes where it holds one or two values, and 1 to 2 where it holds
 * hundreds.
 */
export type TokenForm = { readonly unitBits: 4 | 8; readonly gapBits: number }

const forms: readonly TokenForm[] = [
  ...[1, 2, 3].map(gapBits => ({ unitBits: 4 as const, gapBits })),
  ...[1, 2, 3, 4, 5, 6, 7].map(gapBits => ({ unitBits: 8 as const, gapBits })),
]

/** `gaps` and `counts` are less one each. */
export function bestTokenForm(gaps: readonly number[], counts: readonly number[]): TokenForm {
  let best: TokenForm = { unitBits: 8, gapBits: 4 }
  let fewest = Number.POSITIVE_INFINITY
  for (const form of forms) {
    const { mostGap, mostCount } = fields(form)
    let units = gaps.length
    for (let i = 0; i < gaps.length; i++) {
      units += varintUnits((gaps[i] as number) - mostGap, form.unitBits)
      units += varintUnits((counts[i] as number) - mostCount, form.unitBits)
    }
    const bits = units * form.unitBits
    if (bits < fewest) {
      best = form
      fewest = bits
    }
  }
  return best
}

export function writeTokens(
  writer: ByteWriter,
  form: TokenForm,
  gaps: readonly number[],
  counts: readonly number[],
): void {
  const { mostGap, mostCount } = fields(form)
  const units: number[] = []
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as number
    const count = counts[i] as number
    units.push(Math.min(gap, mostGap) | (Math.min(count, mostCount) << form.gapBits))
    if (gap >= mostGap) pushVarint(units, gap - mostGap, form.unitBits)
    if (count >= mostCount) pushVarint(units, count - mostCount, form.unitBits)
  }
  if (form.unitBits === 8) for (const unit of units) writer.byte(unit)
  else for (let i = 0; i < units.length; i += 2) writer.byte((units[i] as number) | ((units[i + 1] ?? 0) << 4))
}

function fields({ unitBits, gapBits }: TokenForm): { readonly mostGap: number; readonly mostCount: number } {
  return { mostGap: (1 << gapBits) - 1, mostCount: (1 << (unitBits - gapBits)) - 1 }
}

function pushVarint(units: number[], value: number, unitBits: number): void {
  const more = 1 << (unitBits - 1)
  let rest = value
  while (rest >= more) {
    units.push((rest % more) | more)
    rest = Math.floor(rest / more)
  }
  units.push(rest)
}

/** Units of a varint; none where the value fits into its field. */
function varintUnits(excess: number, unitBits: number): number {
  if (excess < 0) return 0
  const more = 2 ** (unitBits - 1)
  let units = 1
  for (let rest = Math.floor(excess / more); rest > 0; rest = Math.floor(rest / more)) units++
  return units
}
