import type { ThresholdResult } from '../judge/threshold-result.ts'
import type { VerdictResult } from '../judge/verdict-result.ts'

/**
 * A run's verdict as it is kept beside its record: what scripts, lists and notifications ask for, small enough for one
 * item (decision 12). The whole summary is in the report.
 */
export type StoredVerdict = {
  readonly schema: 'squall.verdict.v1'
  readonly runId: string
  readonly scenario: string
  readonly result: VerdictResult
  readonly reasons: readonly string[]
  /** The verdict in one sentence. */
  readonly headline: string
  /** In the scenario's order, at most `MOST_STORED_THRESHOLDS`. */
  readonly thresholds: readonly ThresholdResult[]
  /** How many there are, where not all are here. */
  readonly thresholdCount?: number
  /** ISO UTC. */
  readonly endedAt: string
  readonly costUsd?: number
}

/** 200 thresholds of about 1 KB each stay below the 400 KB of a DynamoDB item. */
export const MOST_STORED_THRESHOLDS = 200

/** Keeps the verdict within an item: those thresholds that did not pass are kept before those that did. */
export function storedVerdict(verdict: Omit<StoredVerdict, 'schema' | 'thresholdCount'>): StoredVerdict {
  const { thresholds } = verdict
  if (thresholds.length <= MOST_STORED_THRESHOLDS) return { schema: 'squall.verdict.v1', ...verdict }
  const passed = (threshold: ThresholdResult) => Number(threshold.result === 'pass')
  const kept = new Set(
    thresholds.toSorted((one, other) => passed(one) - passed(other)).slice(0, MOST_STORED_THRESHOLDS),
  )
  return {
    schema: 'squall.verdict.v1',
    ...verdict,
    thresholds: thresholds.filter(threshold => kept.has(threshold)),
    thresholdCount: thresholds.length,
  }
}
