import { formatShortest, formatSignificant } from '../measure/format-number.ts'

/** An amount by its size: `12.50 USD`, `0.0031 USD`, `0 USD`. */
export function formatUsd(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return `${formatSignificant(undefined)} USD`
  if (usd === 0) return '0 USD'
  return `${usd >= 0.01 ? usd.toFixed(2) : formatSignificant(usd, 2)} USD`
}

/** A unit price, which may be a ten-millionth: by its digits, never by an exponent. */
export function formatUnitUsd(usd: number): string {
  if (usd === 0 || usd >= 0.001) return formatShortest(usd)
  const perMillion = formatShortest(Number((usd * 1e6).toPrecision(6)))
  return `${perMillion} a million`
}
