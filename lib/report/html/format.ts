import * as threshold from '../../judge/format-threshold.ts'
import * as bytes from '../../measure/format-bytes.ts'
import * as duration from '../../measure/format-duration.ts'
import * as number from '../../measure/format-number.ts'
import * as cost from '../cost-text.ts'
import type { ReportCost, ThresholdResult } from '../report.ts'

/** U+202F: narrow, and no line breaks at it. */
const THIN = '\u202f'

export const MISSING = number.MISSING

/** The report's figures as a page sets them: thin spaces between thousands and before units, as typographers do. */
export function thin(text: string): string {
  return text.replace(/,(?=\d{3})/g, THIN).replace(/(?<=\d) (?=(?:%|µs|ms|[smhd]|[KMGTP]?B)(?!\w))/g, THIN)
}

export const formatCount = (value: number | undefined): string => thin(number.formatCount(value))
export const plural = (count: number, noun: string, many?: string): string => thin(number.plural(count, noun, many))
export const nounFor = number.nounFor
export const formatFigure = (value: number | undefined): string => thin(number.formatSignificant(value))
export const formatShare = (share: number | undefined): string => thin(number.formatShare(share))
export const formatRate = (perSecond: number | undefined): string => thin(number.formatRate(perSecond))
export const formatMs = (ms: number | undefined): string => thin(duration.formatMs(ms))
export const formatMsColumn = (ms: number | undefined, unit: 'ms' | 's'): string =>
  thin(duration.formatMsColumn(ms, unit))
export const columnUnit = duration.columnUnit
export const formatSpan = (ms: number | undefined): string => thin(duration.formatSpan(ms))
export const formatBytes = (size: number | undefined): string => thin(bytes.formatBytes(size))
export const formatDate = duration.formatInstant
export const formatUsd = (usd: number | undefined): string => thin(cost.formatUsd(usd))
export const costText = (of: ReportCost): string => thin(cost.costText(of))

/** Labels of an axis are chosen numbers: as short as they can be said. */
export const formatTick = (value: number): string => thin(number.formatShortest(value))
export const formatTickMs = (ms: number): string =>
  ms > 0 && ms < 1 ? `${formatTick(ms * 1000)}${THIN}µs` : thin(duration.formatMsShortest(ms))
export const formatTickShare = (share: number): string => `${formatTick(Math.round(share * 1e6) / 1e4)}${THIN}%`

export const formatLimit = (of: ThresholdResult): string => thin(threshold.formatLimit(of.limit, of.unit))
export const formatActual = (of: ThresholdResult): string => thin(threshold.formatActual(of))
export const formatMargin = (of: ThresholdResult): string => thin(threshold.formatMargin(of) ?? MISSING)

/** An instant of the load: `0:05`, `12:30`, `1:02:30`, `0:00.5`. */
export function formatClock(ms: number): string {
  const tenths = Math.round(ms / 100)
  const seconds = Math.floor(tenths / 10)
  const two = (value: number): string => String(value).padStart(2, '0')
  const fraction = tenths % 10 === 0 ? '' : `.${tenths % 10}`
  const minutes = Math.floor(seconds / 60)
  const clock = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`
  return `${clock}:${two(seconds % 60)}${fraction}`
}
