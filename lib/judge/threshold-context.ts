import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'

/** What thresholds are judged by beside their own figures. */
export type ThresholdContext = {
  readonly plan: Plan
  readonly summary: Summary
  /** An abort threshold ended the run: what it cut off was not missed. */
  readonly cutAtStop: boolean
  /** Why latencies and rates are the generator's and not the target's; absent where they can be believed. */
  readonly generatorLimit?: string
  /** Why response times hold the generator's delays, too; absent where they hold none that matters. */
  readonly lateStarts?: string
  /** Where the run was cut short, nothing passes: `stopped after 12 s`. */
  readonly stopped?: string
}
