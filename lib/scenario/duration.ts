import type { Parsed } from './grammar-error.ts'
import { parseQuantity, type QuantityKind, refuse, shown, spellings, trimNumber } from './quantity.ts'

const duration: QuantityKind = {
  noun: 'a duration',
  expected: 'a duration such as 500ms, 30s, 5m or 1h',
  units: { ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  aliases: {
    ...spellings('ms', 'msec', 'msecs', 'millis', 'millisecond', 'milliseconds'),
    ...spellings('s', 'sec', 'secs', 'second', 'seconds'),
    ...spellings('m', 'min', 'mins', 'minute', 'minutes'),
    ...spellings('h', 'hr', 'hrs', 'hour', 'hours'),
  },
  bare: 's',
  gap: '',
}

/** Milliseconds: `500ms`, `30s`, `5m`, `1h`. Zero is read; what is negative is refused. */
export function parseDuration(text: string): Parsed<number> {
  const clock = /^(\d+):(\d{1,2})(?::(\d{1,2}))?$/.exec(text.trim())
  if (clock) {
    const [first = 0, second = 0, third = 0] = clock.slice(1).map(part => Number(part ?? 0))
    const seconds = clock[3] === undefined ? first * 60 + second : first * 3600 + second * 60 + third
    return refuse(duration, `"${shown(text)}" is a time of day, not a duration`, formatDuration(seconds * 1000))
  }
  const iso = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/i.exec(text.trim())
  if (iso && text.trim().length > 1) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = iso.slice(1).map(part => Number(part ?? 0))
    const ms = (days * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000
    return refuse(duration, `"${shown(text)}" is an ISO 8601 duration`, formatDuration(ms))
  }
  const compound = compoundMs(text.trim())
  if (compound !== undefined) {
    return refuse(duration, `"${shown(text)}" has more than one unit`, formatDuration(compound))
  }
  const other = /^(\d+(?:\.\d+)?)\s*(us|µs|microseconds?|ns|d|days?|w|weeks?)$/i.exec(text.trim())
  if (other) {
    const unit = (other[2] ?? '').toLowerCase()
    const factor = unit.startsWith('n')
      ? 1e-6
      : unit.startsWith('d')
        ? 86_400_000
        : unit.startsWith('w')
          ? 604_800_000
          : 1e-3
    const ms = Number(other[1]) * factor
    return refuse(duration, `"${shown(text)}" has the unit "${other[2]}"`, formatDuration(ms))
  }
  return parseQuantity(duration, text)
}

/** What a latency without a unit most likely meant: a small number is seconds, a larger one milliseconds, as other tools take it. */
export function bareLatency(count: string): string {
  return `${count}${Number(count) >= 20 ? 'ms' : 's'}`
}

/** The shortest exact spelling: 90000 is `90s`, 120000 is `2m`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  for (const [unit, factor] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (ms % factor === 0) return `${ms / factor}${unit}`
  }
  return ms >= 1000 && (ms / 100) % 1 === 0 ? `${trimNumber(ms / 1000)}s` : `${trimNumber(ms)}ms`
}

function compoundMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h)\s*){2,}$/.test(text)) return undefined
  let ms = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h)/g)) {
    ms += Number(count) * (duration.units[unit ?? ''] ?? 0)
  }
  return ms
}
