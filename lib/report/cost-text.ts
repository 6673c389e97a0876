import { formatCount, formatShortest, formatSignificant, MISSING } from '../measure/format-number.ts'
import type { ReportCost } from './report.ts'

/** An amount by its size: `1,234.50 USD`, `0.26 USD`, `0.0031 USD`, `0 USD`. */
export function formatUsd(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return MISSING
  if (usd === 0) return '0 USD'
  if (usd < 0.1) return `${formatSignificant(usd, 2)} USD`
  const cents = Math.round(usd * 100)
  return `${formatCount(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')} USD`
}

/** A unit price, which may be a ten-millionth: by its digits, never by an exponent. */
export function formatUnitUsd(usd: number): string {
  if (usd === 0 || usd >= 0.001) return formatShortest(usd)
  return `${formatShortest(Number((usd * 1e6).toPrecision(6)))} a million`
}

/** What a run cost, beside what it was thought to: `0.039 USD, 0.041 USD estimated`. */
export function costText({ estimateUsd, actualUsd }: ReportCost): string {
  const estimate = `${formatUsd(estimateUsd)} estimated`
  return actualUsd === undefined ? estimate : `${formatUsd(actualUsd)}, ${estimate}`
}
