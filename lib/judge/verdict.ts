import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import type { Finding } from './finding.ts'
import type { ThresholdResult } from './threshold-result.ts'
import type { VerdictResult } from './verdict-result.ts'

export type { VerdictResult } from './verdict-result.ts'

export type Verdict = {
  readonly result: VerdictResult
  /** One sentence: `FAIL: p95 6.42 s, limit 2 s, 3.2 times`. */
  readonly headline: string
  /** Why it is not a pass, the weightiest first; empty for a pass. */
  readonly reasons: readonly string[]
  readonly thresholds: readonly ThresholdResult[]
  /** The weightiest first. */
  readonly findings: readonly Finding[]
}

/** What the summary does not know: whether and why the run was stopped before its end. */
export type JudgeContext = {
  readonly stopped?: {
    /** From the start of the load. */
    readonly atMs: number
    /** `user`: Ctrl-C, an abort or an execution that ended from outside; `threshold`: an abort threshold was breached. */
    readonly cause: 'user' | 'threshold'
    /** The text of the breached threshold. */
    readonly threshold?: string
  }
}

export function judge(_plan: Plan, _summary: Summary, _context: JudgeContext = {}): Verdict {
  return { result: 'inconclusive', headline: 'INCONCLUSIVE: not judged', reasons: [], thresholds: [], findings: [] }
}
