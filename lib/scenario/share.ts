import type { Parsed } from './grammar-error.ts'
import { parseQuantity, type QuantityKind, refuse, shown, spellings, trimNumber } from './quantity.ts'

const percent: QuantityKind = {
  noun: 'a share',
  expected: 'a share such as 1% or 0.5%',
  units: { '%': 0.01 },
  aliases: spellings('%', 'percent', 'pct', 'pc', 'prozent'),
  bare: '%',
  gap: '',
}

/** A share from 0: `1%` is 0.01. */
export function parsePercent(text: string): Parsed<number> {
  const share = /^0?\.\d+$/.exec(text.trim())
  if (share) {
    const fix = `${trimNumber(Number(text) * 100)}%`
    return refuse(percent, `"${shown(text)}" has no unit`, fix)
  }
  return parseQuantity(percent, text)
}
