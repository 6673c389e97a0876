/** Stands where a figure was not measured. Never a zero, never `NaN`. */
export const MISSING = '–'

/** Puts a comma after every third digit of the whole part: `12579.25` gives `12,579.25`. */
function grouped(digits: string): string {
  const point = digits.indexOf('.')
  const whole = point < 0 ? digits : digits.slice(0, point)
  const rest = point < 0 ? '' : digits.slice(point)
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + rest
}

/** Plain digits of a finite number, `decimals` after the point; `toFixed` turns to exponents at 1e21, BigInt does not. */
function plain(value: number, decimals: number): string {
  const text =
    Math.abs(value) < 1e15 ? Math.abs(value).toFixed(decimals) : BigInt(Math.round(Math.abs(value))).toString()
  const zero = /^[0.]*$/.test(text)
  return (value < 0 && !zero ? '-' : '') + grouped(text)
}

/** A whole number, every digit of it: `12,579`. */
export function formatCount(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? MISSING : plain(Math.round(value), 0)
}

/** `1 request`, `3 requests`. */
export function plural(count: number, noun: string, many?: string): string {
  return `${formatCount(count)} ${nounFor(Math.round(count), noun, many)}`
}

/** `request` for one, `requests` for any other number: where the number has a markup of its own. */
export function nounFor(count: number, noun: string, many = `${noun}s`): string {
  return count === 1 ? noun : many
}

/** Decimals that show `digits` significant ones, at most six; numbers of more whole digits keep them all. */
function decimalsFor(value: number, digits: number): number {
  if (value === 0) return 0
  // Rounding may carry into a new digit (9.996 is 10.0), so that the exponent is taken after it.
  const exponent = Number(
    Math.abs(value)
      .toExponential(digits - 1)
      .split('e')[1],
  )
  return Math.min(6, Math.max(0, digits - 1 - exponent))
}

/**
 * A measured figure by its significant digits, trailing zeros kept: `6.40`, `389`, `12,579`, `0.0312`.
 * Never an exponent, never `-0`, never `NaN`: what is not finite is shown as missing.
 */
export function formatSignificant(value: number | undefined, digits = 3): string {
  if (value === undefined || !Number.isFinite(value)) return MISSING
  return plain(value, decimalsFor(value, digits))
}

/** A written figure, as short as it can be said: `2`, `0.5`, `1.25`. */
export function formatShortest(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return MISSING
  const text = plain(value, decimalsFor(value, 6))
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/**
 * A share of 0 to 1 in percent: `73.4 %`. What is not all is never rounded to all, nor what is not nothing to nothing:
 * `> 99.9 %`, `< 0.001 %`.
 */
export function formatShare(share: number | undefined, digits = 3): string {
  if (share === undefined || !Number.isFinite(share)) return MISSING
  const percent = share * 100
  if (percent > 0 && percent < 0.001) return '< 0.001 %'
  const text = formatSignificant(percent, digits)
  if (share < 1 && text.startsWith('100'))
    return digits > 3 ? `${formatSignificant(percent, digits + 3)} %` : '> 99.9 %'
  return `${percent === 100 ? '100' : text} %`
}

/** A number a second: `95.2/s`. */
export function formatRate(perSecond: number | undefined, digits = 3): string {
  return perSecond === undefined || !Number.isFinite(perSecond) ? MISSING : `${formatSignificant(perSecond, digits)}/s`
}
