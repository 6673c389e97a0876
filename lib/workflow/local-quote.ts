import { makePlan } from '../plan/make-plan.ts'
import { planFaults } from '../plan/plan-faults.ts'
import { connectionsThatFit, peakUsers, sizingFaults } from '../plan/sizing.ts'
import { localResources, spareCores } from './machine.ts'
import type { RunQuote, RunToQuote } from './run-quote.ts'

/** Plans a run for this machine, with all that its load asks of it and it has not got. */
export function quoteLocalRun({ scenario, seed, nowMs, asked }: RunToQuote): RunQuote {
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
  return { plan, mostDerivedUsers, generators, reasons: [], faults, refusals: [] }
}
