import { formatCount, formatShortest, formatSignificant, MISSING } from './format-number.ts'

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** In the unit in which it has at most three whole digits once it is rounded to `digits`. */
function scaled(bytes: number, digits: number): readonly [number, string] {
  let value = bytes
  let unit = 0
  while (Number(Math.abs(value).toPrecision(digits)) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return [value, UNITS[unit] ?? 'B']
}

/** A measured size, 1 KB being 1,000 bytes as in the scenario language: `512 B`, `1.25 MB`. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return MISSING
  const [value, unit] = scaled(bytes, 3)
  return unit === 'B' ? `${formatCount(value)} B` : `${formatSignificant(value)} ${unit}`
}

/** A written size, such as a limit: `10 KB`. */
export function formatBytesShortest(bytes: number | undefined): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return MISSING
  const [value, unit] = scaled(bytes, 9)
  return `${formatShortest(value)} ${unit}`
}
