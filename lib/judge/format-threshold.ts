import { formatBytes, formatBytesShortest } from '../measure/format-bytes.ts'
import { formatMs, formatMsShortest } from '../measure/format-duration.ts'
import {
  formatCount,
  formatRate,
  formatShare,
  formatShortest,
  formatSignificant,
  MISSING,
} from '../measure/format-number.ts'
import type { ThresholdResult } from './threshold-result.ts'

type Unit = ThresholdResult['unit']

/** A limit as its author would write it: `2 s`, `1 %`, `100/s`. */
export function formatLimit(value: number, unit: Unit): string {
  if (unit === 'ms') return formatMsShortest(value)
  // 0.29 * 100 is 28.999999999999996: the rounding of formatShortest takes that away.
  if (unit === 'share') return Number.isFinite(value) ? `${formatShortest(value * 100)} %` : MISSING
  if (unit === 'perSecond') return Number.isFinite(value) ? `${formatShortest(value)}/s` : MISSING
  return unit === 'bytes' ? formatBytesShortest(value) : formatShortest(value)
}

/** A figure in its unit, by its significant digits. */
export function formatFigure(value: number | undefined, unit: Unit, digits = 3): string {
  if (value === undefined) return MISSING
  if (unit === 'ms') return formatMs(value, digits)
  if (unit === 'share') return formatShare(value, digits)
  if (unit === 'perSecond') return formatRate(value, digits)
  if (unit === 'bytes') return formatBytes(value)
  return Number.isInteger(value) ? formatCount(value) : formatSignificant(value, digits)
}

/** Reads a rendered figure back, to see whether two renderings say the same number. */
const numberOf = (text: string) => Number.parseFloat(text.replace(/[,<>\s]/g, ''))
const unitOf = (text: string) => text.replace(/[\d.,<>\s-]/g, '')

/**
 * A threshold's actual figure, with as many digits as it takes to differ from the limit: 2,000.4 ms against 2 s is
 * shown as `2.0004 s`, not as `2.00 s`, which would seem to hold.
 */
export function formatActual(threshold: Pick<ThresholdResult, 'actual' | 'limit' | 'unit'>): string {
  const { actual, limit, unit } = threshold
  const written = formatLimit(limit, unit)
  for (let digits = 3; digits < 9; digits++) {
    const text = formatFigure(actual, unit, digits)
    if (actual === undefined || actual === limit) return text
    if (numberOf(text) !== numberOf(written) || unitOf(text) !== unitOf(written)) return text
  }
  return formatFigure(actual, unit, 9)
}

/**
 * How far the figure is from the limit: `3.2 times` it, `12 % above`, `38 % below`, `at the limit`; where the
 * limit is zero the distance itself. Absent where nothing was observed.
 */
export function formatMargin(threshold: Pick<ThresholdResult, 'actual' | 'limit' | 'unit'>): string | undefined {
  const { actual, limit, unit } = threshold
  if (actual === undefined || !Number.isFinite(actual) || !Number.isFinite(limit)) return undefined
  if (actual === limit) return 'at the limit'
  if (limit <= 0) return `${formatFigure(Math.abs(actual - limit), unit, 2)} ${actual > limit ? 'above' : 'below'}`
  const ratio = actual / limit
  if (ratio >= 2) return `${formatSignificant(ratio, 2)} times`
  const distance = Math.abs(ratio - 1)
  const side = ratio > 1 ? 'above' : 'below'
  if (distance < 0.001) return `< 0.1 % ${side}`
  return ratio > 0 && distance > 0.99 ? `> 99 % ${side}` : `${formatSignificant(distance * 100, 2)} % ${side}`
}

/** The margin as a sentence has it, where no column says what it is a multiple of: `3.2 times the limit`. */
export function formatMarginInWords(threshold: Pick<ThresholdResult, 'actual' | 'limit' | 'unit'>): string | undefined {
  const margin = formatMargin(threshold)
  return margin?.endsWith(' times') ? `${margin} the limit` : margin
}
