import type { CostEstimate } from '../plan/estimate.ts'
import type { Plan } from '../plan/plan.ts'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** What is to be planned, sized and priced. */
export type RunToQuote = {
  readonly scenario: Scenario
  readonly seed: number
  /** Epoch ms. */
  readonly nowMs: number
  /** Generators that the user asks for. */
  readonly asked?: number
}

/** A run as it would be where it is started: planned and sized for there, and priced where it costs something. */
export type RunQuote = {
  readonly plan: Plan
  /** Most users that an open phase without a written `maxUsers` may get; with it, Plan makes the same plan. */
  readonly mostDerivedUsers: number
  readonly generators: number
  /** Why so many. */
  readonly reasons: readonly string[]
  readonly lambdasAtOnce?: number
  readonly estimate?: CostEstimate
  /** What is wrong with the scenario's load, whatever is allowed there. */
  readonly faults: readonly Fault[]
  /** What is not allowed there: too large, or too dear. */
  readonly refusals: readonly Fault[]
}
