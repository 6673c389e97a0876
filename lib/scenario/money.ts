import type { Parsed } from './grammar-error.ts'
import { parseQuantity, type QuantityKind, refuse, shown, spellings } from './quantity.ts'

const usd: QuantityKind = {
  noun: 'an amount of money',
  expected: 'an amount such as 2.00 USD',
  units: { USD: 1 },
  aliases: spellings('USD', 'usd', '$', 'dollar', 'dollars', 'us$'),
  bare: 'USD',
  gap: ' ',
}

/** US dollars: `2.00 USD`. */
export function parseUsd(text: string): Parsed<number> {
  const sign = /^(?:US)?\$\s*(\d+(?:\.\d+)?)$/i.exec(text.trim())
  if (sign) return refuse(usd, `"${shown(text)}" is written with a sign`, `${sign[1]} USD`)
  const foreign = /^(\d+(?:\.\d+)?)\s*(EUR|GBP|CHF|JPY|€|£|¥)$/i.exec(text.trim())
  if (foreign) return refuse(usd, `"${shown(text)}" is not in US dollars`, undefined)
  return parseQuantity(usd, text)
}
