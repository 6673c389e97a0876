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
  readonly default: boolean
  readonly result: VerdictResult
  readonly reason: string
}
