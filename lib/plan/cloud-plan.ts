import { LAMBDA_CAPACITY } from './cloud-sizing.ts'
import { makePlan, type PlanInput } from './make-plan.ts'
import { loadPhase } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** A plan of the cloud, but for its number of generators. */
export type CloudPlanInput = Omit<PlanInput, 'shardCount' | 'local' | 'mostDerivedUsers'>

/**
 * The plan of a run on so many Lambdas. An open phase that does not say `maxUsers` gets what their descriptors leave to
 * it, so that arrivals find a free user for as long as there can be one.
 */
export function cloudPlan(input: CloudPlanInput, shardCount: number): Plan {
  return makePlan({ ...input, shardCount, local: false, mostDerivedUsers: cloudDerivedUsers(input, shardCount) })
}

/** Most users that an open phase without a written `maxUsers` gets on so many Lambdas. */
export function cloudDerivedUsers(input: CloudPlanInput, shardCount: number): number {
  const plan = makePlan({ ...input, shardCount, local: false, mostDerivedUsers: 1 })
  const loads = plan.phases.filter(phase => phase.kind !== 'pause' && phase.kind !== 'drain')
  const connections = LAMBDA_CAPACITY.connections * shardCount
  const shares = loads.flatMap(({ startMs }) => {
    const together = loads.filter(each => each.startMs <= startMs && startMs < each.startMs + each.durationMs)
    const deriving = together.filter(each => derives(plan, each)).length
    const written = together.reduce((sum, each) => sum + (derives(plan, each) ? 0 : each.maxUsers), 0)
    return deriving === 0 ? [] : [Math.floor((connections - written) / deriving)]
  })
  return Math.max(1, Math.min(connections, ...shares))
}

function derives(plan: Plan, phase: PlannedPhase): boolean {
  const load = loadPhase(plan, phase)
  return load.kind === 'open' && load.maxUsers === undefined
}
