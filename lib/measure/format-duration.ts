import { formatCount, formatShortest, formatSignificant, MISSING } from './format-number.ts'

/** A measured time by its significant digits: `0.312 ms`, `389 ms`, `6.42 s`. Milliseconds below one second, else seconds. */
export function formatMs(ms: number | undefined, digits = 3): string {
  if (ms === undefined || !Number.isFinite(ms)) return MISSING
  if (ms === 0) return '0 ms'
  // 999.6 ms has three digits only as 1.00 s.
  return Number(ms.toPrecision(digits)) < 1000
    ? `${formatSignificant(ms, digits)} ms`
    : `${formatSignificant(ms / 1000, digits)} s`
}

/** A written time, such as a limit: `2 s`, `400 ms`, `1.5 s`. */
export function formatMsShortest(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return MISSING
  return Math.abs(ms) < 1000 ? `${formatShortest(ms)} ms` : `${formatShortest(ms / 1000)} s`
}

/** The unit of a column of times: seconds once milliseconds would need six digits. */
export function columnUnit(largestMs: number): 'ms' | 's' {
  return largestMs >= 99_999.5 ? 's' : 'ms'
}

/** A time in a column whose head names the unit: `0.312`, `38.9`, `7,710`. */
export function formatMsColumn(ms: number | undefined, unit: 'ms' | 's'): string {
  if (ms === undefined || !Number.isFinite(ms)) return MISSING
  return formatSignificant(unit === 's' ? ms / 1000 : ms)
}

/** The length of a phase or run, in its two largest units: `20 s`, `1 m 20 s`, `2 h 5 m`, `350 ms`. */
export function formatSpan(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return MISSING
  const length = Math.max(0, ms)
  if (length === 0) return '0 s'
  if (length < 999.5) return `${formatShortest(Number(length.toPrecision(3)))} ms`
  if (length < 10_000 && length % 1000 !== 0) return `${formatShortest(Math.round(length / 100) / 10)} s`
  const seconds = Math.round(length / 1000)
  if (seconds < 60) return `${seconds} s`
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
    [1, 's'],
  ]
  const from = units.findIndex(([length]) => seconds >= length)
  const [major, minor] = [units[from], units[from + 1]]
  if (major === undefined || minor === undefined) return `${seconds} s`
  // The remainder is cut, not rounded: 1 h 59 m 59 s is never shown as 1 h 60 m.
  const rest = Math.floor((seconds % major[0]) / minor[0])
  return `${formatCount(Math.floor(seconds / major[0]))} ${major[1]}${rest > 0 ? ` ${rest} ${minor[1]}` : ''}`
}

/** An ISO date for people, to the second: `2025-11-08 16:55:02 UTC`. Anything else is given back as it is. */
export function formatInstant(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC')
}
