import { makePlan } from '../plan/make-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { planFaults } from '../plan/plan-faults.ts'
import { connectionsThatFit, peakUsers, sizingFaults } from '../plan/sizing.ts'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { localResources, spareCores } from './machine.ts'

/** A run on this machine as it would be: its plan, how many generators, what forbids it. */
export type LocalQuote = {
  readonly plan: Plan
  /** Most users that an open phase without a written `maxUsers` may get on this machine. */
  readonly mostDerivedUsers: number
  readonly generators: number
  readonly faults: readonly Fault[]
}

export type LocalRun = {
  readonly scenario: Scenario
  readonly seed: number
  /** Epoch ms. */
  readonly nowMs: number
  /** Generators that the user asks for. */
  readonly asked?: number
}

/** Plans a run for this machine, with all that its load asks of it and it has not got. */
export function quoteLocalRun({ scenario, seed, nowMs, asked }: LocalRun): LocalQuote {
  const planFor = (shardCount: number, mostDerivedUsers: number) =>
    makePlan({
      scenario,
      runId: 'check',
      scenarioHash: '',
      seed,
      shardCount,
      nowMs,
      local: true,
      mostDerivedUsers,
    })
  const most = asked ?? spareCores()
  const addresses = scenario.http.localAddresses?.length
  const mostDerivedUsers = Math.min(10_000, connectionsThatFit(localResources(most, addresses)))
  // More generators than users would only stand by.
  const generators = asked ?? Math.max(1, Math.min(most, peakUsers(planFor(most, mostDerivedUsers))))
  const plan = planFor(generators, mostDerivedUsers)
  const faults = [...planFaults(plan), ...sizingFaults(plan, localResources(generators, addresses))]
  return { plan, mostDerivedUsers, generators, faults }
}
