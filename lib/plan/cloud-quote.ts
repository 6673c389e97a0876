import type { Fault } from '../scenario/fault.ts'
import { budgetFaults, type Ceilings, ceilingFaults } from './ceilings.ts'
import { type CloudPlanInput, cloudDerivedUsers, cloudPlan } from './cloud-plan.ts'
import { generatorNeeds, lambdasAtOnce, sizeGenerators } from './cloud-sizing.ts'
import { type CostEstimate, estimateCost } from './estimate.ts'
import type { Plan } from './plan.ts'
import { planFaults } from './plan-faults.ts'
import { pricesOf } from './price-table.ts'
import { type CostAssumptions, DEFAULT_ASSUMPTIONS } from './run-usage.ts'

/** What a deployment allows a run, and what it is reckoned by. */
export type CloudLimits = {
  readonly region: string
  readonly ceilings: Ceilings
  /** The account's concurrent executions; absent: not known. */
  readonly concurrency?: number
  readonly assumptions?: CostAssumptions
  /** Generators that the user asks for. */
  readonly asked?: number
}

/** A run in the cloud as it would be: its plan, how many generators and why, what it would cost, what forbids it. */
export type CloudQuote = {
  readonly plan: Plan
  /** For the run's request: with it, Plan makes the same plan. */
  readonly mostDerivedUsers: number
  readonly generators: number
  readonly reasons: readonly string[]
  readonly lambdasAtOnce: number
  readonly estimate: CostEstimate
  /** What is wrong with the scenario's load, whatever a deployment allows. */
  readonly faults: readonly Fault[]
  /** What this deployment does not allow: too large, or too dear. */
  readonly refusals: readonly Fault[]
}

/** Plans, sizes and prices a run in the cloud, with everything that forbids it at once. */
export function quoteCloudRun(input: CloudPlanInput, limits: CloudLimits): CloudQuote {
  const { ceilings, concurrency, asked, assumptions = DEFAULT_ASSUMPTIONS } = limits
  const planFor = (shardCount: number) => cloudPlan(input, shardCount)
  const sizingLimits = {
    answers: assumptions.answers,
    mostGenerators: ceilings.generators,
    ...(concurrency !== undefined && { concurrency }),
    ...(asked !== undefined && { asked }),
  }
  const sizing = sizeGenerators(planFor, sizingLimits)
  const needed = generatorNeeds(planFor(1), sizingLimits)[0]?.generators ?? 1
  const generators = sizing.ok ? sizing.generators : (asked ?? needed)
  const plan = planFor(generators)
  const estimate = estimateCost(plan, pricesOf(limits.region), assumptions)
  const { budgetUsd } = input.scenario
  return {
    plan,
    mostDerivedUsers: cloudDerivedUsers(input, generators),
    generators,
    reasons: sizing.ok ? sizing.reasons : [],
    lambdasAtOnce: lambdasAtOnce(plan, generators),
    estimate,
    faults: planFaults(plan),
    refusals: [
      ...(sizing.ok ? [] : sizing.faults),
      ...ceilingFaults(plan, { ...ceilings, generators: Number.POSITIVE_INFINITY }),
      ...budgetFaults(estimate.totalUsd, {
        ceilingUsd: ceilings.budgetUsd,
        ...(budgetUsd !== undefined && { budgetUsd }),
      }),
    ],
  }
}
