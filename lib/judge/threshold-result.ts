import type { ThresholdUnit } from '../scenario/threshold.ts'
import type { VerdictResult } from './verdict-result.ts'

/** One threshold's outcome, as the report shows it. */
export type ThresholdResult = {
  readonly text: string
  readonly scope: string
  readonly metric: string
  readonly operator: string
  readonly limit: number
  /** Absent: not observed. For windowed thresholds the worst window's. */
  readonly actual?: number
  readonly unit: ThresholdUnit
  readonly samples: number
  /**
   * Of `samples`, requests that the end of the load cut off when they had waited for longer than the limit: `actual` is then
   * the least that it can be, if it is a mean or above the limit. Absent where there were none.
   */
  readonly unanswered?: number
  readonly default: boolean
  readonly result: VerdictResult
  readonly reason: string
}

/** Distance from the limit as a factor, on either side of it: 1 at the limit, 0 where nothing was observed. */
export function severity({ actual, limit }: Pick<ThresholdResult, 'actual' | 'limit'>): number {
  if (actual === undefined) return 0
  if (actual === limit) return 1
  const ratio = Math.abs(actual / limit)
  return Number.isNaN(ratio) ? 0 : Math.max(ratio, 1 / ratio)
}
