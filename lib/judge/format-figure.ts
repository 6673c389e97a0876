import * as duration from '../measure/format-duration.ts'
import * as number from '../measure/format-number.ts'

/** Figures inside a sentence: as in the report's tables, but without the zeros that only a column needs. */

/** `6.42 s`, `340 ms`, `12 s`. */
export const formatMs = (ms: number): string => terse(duration.formatMs(ms))

/** `1.2 %`, `50 %`. */
export const formatShare = (share: number): string => terse(number.formatShare(share))

/** `43.2/s`. */
export const formatRate = (perSecond: number): string => terse(number.formatRate(perSecond))

export const { formatCount, plural } = number

/** `12.0 s` becomes `12 s`, `0.50 %` becomes `0.5 %`. */
function terse(text: string): string {
  return text.replace(/\.(\d*?)0+(?!\d)/, (_, kept: string) => (kept === '' ? '' : `.${kept}`))
}
