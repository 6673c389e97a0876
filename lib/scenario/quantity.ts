import type { GrammarError, Parsed } from './grammar-error.ts'

/** One kind of quantity: the spellings that are read, and those that are recognised only to be corrected. */
type Kind = {
  /** "a duration". */
  readonly noun: string
  readonly expected: string
  /** Factor to the base unit by the one right spelling. */
  readonly units: Readonly<Record<string, number>>
  /** The right spelling of what people write elsewhere, in lower case, without spaces and dots. */
  readonly aliases: Readonly<Record<string, string>>
  /** The unit that a bare number most likely meant. */
  readonly bare: string
  /** Stands between number and unit: nothing, or a space for money. */
  readonly gap: '' | ' '
}

const duration: Kind = {
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

const rate: Kind = {
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

const size: Kind = {
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

const percent: Kind = {
  noun: 'a share',
  expected: 'a share such as 1% or 0.5%',
  units: { '%': 0.01 },
  aliases: spellings('%', 'percent', 'pct', 'pc', 'prozent'),
  bare: '%',
  gap: '',
}

const usd: Kind = {
  noun: 'an amount of money',
  expected: 'an amount such as 2.00 USD',
  units: { USD: 1 },
  aliases: spellings('USD', 'usd', '$', 'dollar', 'dollars', 'us$'),
  bare: 'USD',
  gap: ' ',
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
  return parseKind(duration, text)
}

/** Per second: `50/s`, `300/m`, `1000/h`. Zero is read; what is negative is refused. */
export function parseRate(text: string): Parsed<number> {
  return parseKind(rate, text)
}

/** Bytes; KB, MB and GB are powers of 1000. */
export function parseSize(text: string): Parsed<number> {
  const binary = /^(\d+(?:\.\d+)?)\s*(Ki|Mi|Gi)B?$/i.exec(text.trim())
  if (binary) {
    const power = 'kmg'.indexOf((binary[2] ?? '').charAt(0).toLowerCase()) + 1
    const bytes = Math.round(Number(binary[1]) * 1024 ** power)
    return refuse(size, `"${shown(text)}" counts in powers of 1024`, `${bytes}B`)
  }
  return parseKind(size, text)
}

/** A share from 0: `1%` is 0.01. */
export function parsePercent(text: string): Parsed<number> {
  const share = /^0?\.\d+$/.exec(text.trim())
  if (share) {
    const fix = `${trimNumber(Number(text) * 100)}%`
    return refuse(percent, `"${shown(text)}" has no unit`, fix)
  }
  return parseKind(percent, text)
}

/** US dollars: `2.00 USD`. */
export function parseUsd(text: string): Parsed<number> {
  const sign = /^(?:US)?\$\s*(\d+(?:\.\d+)?)$/i.exec(text.trim())
  if (sign) return refuse(usd, `"${shown(text)}" is written with a sign`, `${sign[1]} USD`)
  const foreign = /^(\d+(?:\.\d+)?)\s*(EUR|GBP|CHF|JPY|€|£|¥)$/i.exec(text.trim())
  if (foreign) return refuse(usd, `"${shown(text)}" is not in US dollars`, undefined)
  return parseKind(usd, text)
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

/** `50/s`; a rate that is whole only by the minute or the hour is written so. */
export function formatRate(perSecond: number): string {
  for (const [unit, factor] of [
    ['/s', 1],
    ['/m', 60],
    ['/h', 3600],
  ] as const) {
    const count = perSecond * factor
    if (Math.abs(count - Math.round(count)) < 1e-9 * Math.max(1, count)) return `${Math.round(count)}${unit}`
  }
  return `${trimNumber(perSecond)}/s`
}

function spellings(right: string, ...wrong: readonly string[]): Record<string, string> {
  return Object.fromEntries(wrong.map(spelling => [spelling, right]))
}

function parseKind(kind: Kind, source: string): Parsed<number> {
  const text = source.trim()
  if (text === '') return refuse(kind, `${kind.noun} is missing`, undefined)
  const match = /^([+-]?)(\d[\d_]*(?:[.,]\d+)*|\.\d+)([eE][+-]?\d+)?(\s*)(.*)$/s.exec(text)
  if (!match) return refuse(kind, `"${shown(text)}" is not ${kind.noun}`, undefined)
  const [, sign = '', digits = '', exponent = '', space = '', unitText = ''] = match
  const unit = rightUnit(kind, unitText)
  const corrected = plainNumber(digits + exponent)
  const fix = unit === undefined || corrected === undefined ? undefined : `${corrected}${kind.gap}${unit}`
  if (sign === '-' && Number(corrected) !== 0) return refuse(kind, `"${shown(text)}" is negative`, fix)
  if (unit === undefined) return refuse(kind, `"${shown(text)}" has an unknown unit "${shown(unitText)}"`, undefined)
  if (unitText === '') return refuse(kind, `"${shown(text)}" has no unit`, fix)
  const spaced = kind.gap === '' && space !== ''
  if (spaced) return refuse(kind, `"${shown(text)}" has a space before its unit`, fix)
  if (unitText !== unit) return refuse(kind, `"${shown(text)}" spells its unit "${shown(unitText)}"`, fix)
  if (sign !== '' || exponent !== '' || !/^\d+(\.\d+)?$/.test(digits)) {
    return refuse(kind, `"${shown(text)}" is not written as a plain number with a unit`, fix)
  }
  const value = Number(digits) * (kind.units[unit] ?? Number.NaN)
  if (!Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER) {
    return refuse(kind, `"${shown(text)}" is too large`, undefined)
  }
  return { ok: true, value: exact(Number(digits), unit, value) }
}

/** `50%` is 0.5 and `300/m` is 5, though 50 * 0.01 and 300 * (1/60) need not round to them. */
function exact(count: number, unit: string, product: number): number {
  if (unit === '%') return count / 100
  if (unit === '/m') return count / 60
  if (unit === '/h') return count / 3600
  return product
}

function rightUnit(kind: Kind, unitText: string): string | undefined {
  if (Object.hasOwn(kind.units, unitText)) return unitText
  const key = unitText.toLowerCase().replace(/[\s.]/g, '')
  if (key === '') return kind.bare
  if (Object.hasOwn(kind.aliases, key)) return kind.aliases[key]
  return Object.keys(kind.units).find(unit => unit.toLowerCase() === key)
}

function plainNumber(digits: string): string | undefined {
  const grouped = digits.replaceAll('_', '')
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(grouped) ? grouped.replaceAll(',', '') : grouped.replace(',', '.')
  const value = Number(plain)
  return Number.isFinite(value) ? trimNumber(value) : undefined
}

function compoundMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h)\s*){2,}$/.test(text)) return undefined
  let ms = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h)/g)) {
    ms += Number(count) * (duration.units[unit ?? ''] ?? 0)
  }
  return ms
}

function trimNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)))
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function refuse(kind: Kind, message: string, fix: string | undefined): Parsed<number> {
  const error: GrammarError = {
    message,
    expected: kind.expected, // Numbers that JavaScript writes with an exponent have no spelling of their own here.
    ...(fix === undefined || /\de[+-]?\d/.test(fix) ? {} : { fix }),
  }
  return { ok: false, errors: [error] }
}
