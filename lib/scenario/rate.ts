import type { Parsed } from './grammar-error.ts'
import { parseQuantity, type QuantityKind, spellings, trimNumber } from './quantity.ts'

const rate: QuantityKind = {
  noun: 'a rate',
  expected: 'a rate such as 50/s, 300/m or 1000/h',
  units: { '/s': 1, '/m': 1 / 60, '/h': 1 / 3600 },
  aliases: {
    ...spellings(
      '/s',
      'rps',
      'qps',
      'tps',
      'hz',
      'ps',
      'persecond',
      'persec',
      '/sec',
      '/second',
      'req/s',
      'r/s',
      'reqs/s',
    ),
    ...spellings(
      '/s',
      'requests/s',
      'requests/sec',
      'requests/second',
      'iterations/s',
      'users/s',
      's',
      'req/sec',
      '/1s',
    ),
    ...spellings('/m', 'rpm', 'qpm', 'tpm', 'perminute', 'permin', '/min', '/minute', 'req/m', 'r/m', 'req/min', '/1m'),
    ...spellings('/m', 'requests/m', 'requests/min', 'requests/minute', 'iterations/m', 'users/m', 'm'),
    ...spellings('/h', 'rph', 'perhour', '/hr', '/hour', 'req/h', 'requests/h', 'requests/hour', 'users/h', 'h', '/1h'),
  },
  bare: '/s',
  gap: '',
}

/** Per second: `50/s`, `300/m`, `1000/h`. Zero is read; what is negative is refused. */
export function parseRate(text: string): Parsed<number> {
  return parseQuantity(rate, text)
}

/** `50/s`; a rate that takes fewer digits by the minute or the hour is written so. */
export function formatRate(perSecond: number): string {
  const counts = [
    ['/s', 1],
    ['/m', 60],
    ['/h', 3600],
  ] as const
  const spellings = counts.map(([unit, factor]) => {
    const count = perSecond * factor
    const whole = Math.round(count)
    return `${Math.abs(count - whole) < 1e-9 * whole ? whole : trimNumber(count)}${unit}`
  })
  const whole = spellings.find(text => /^\d+\//.test(text))
  return whole ?? spellings.toSorted((a, b) => a.length - b.length)[0] ?? ''
}
