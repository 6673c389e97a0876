import type { Parsed } from './grammar-error.ts'
import { parseQuantity, type QuantityKind, refuse, shown, spellings } from './quantity.ts'

const size: QuantityKind = {
  noun: 'a size',
  expected: 'a size such as 200B, 10KB, 5MB or 1GB (1KB is 1000 bytes)',
  units: { B: 1, KB: 1000, MB: 1e6, GB: 1e9 },
  aliases: {
    ...spellings('B', 'b', 'byte', 'bytes'),
    ...spellings('KB', 'k', 'kb', 'kilobyte', 'kilobytes'),
    ...spellings('MB', 'm', 'mb', 'megabyte', 'megabytes'),
    ...spellings('GB', 'g', 'gb', 'gigabyte', 'gigabytes'),
  },
  bare: 'B',
  gap: '',
}

/** Bytes; KB, MB and GB are powers of 1000. */
export function parseSize(text: string): Parsed<number> {
  const binary = /^(\d+(?:\.\d+)?)\s*(Ki|Mi|Gi)B?$/i.exec(text.trim())
  if (binary) {
    const power = 'kmg'.indexOf((binary[2] ?? '').charAt(0).toLowerCase()) + 1
    const bytes = Math.round(Number(binary[1]) * 1024 ** power)
    return refuse(size, `"${shown(text)}" counts in powers of 1024`, `${bytes}B`)
  }
  return parseQuantity(size, text)
}
