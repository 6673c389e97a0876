import { lowestBudget } from '../plan/budget.ts'
import { makePlan, type PlanInput } from '../plan/make-plan.ts'
import type { Plan } from '../plan/plan.ts'
import type { Ports } from './ports.ts'
import type { RunRequest } from './run-request.ts'

/** The plan of a stored request, as it would be if it were made now. */
export function planRequest(ports: Pick<Ports, 'planning' | 'epochMs'>, request: RunRequest): Plan {
  return makePlan({ ...request, nowMs: ports.epochMs(), ...planningInput(ports, request) })
}

/** On this machine a run costs nothing, and no budget means anything. */
function planningInput(
  { planning }: Pick<Ports, 'planning'>,
  { scenario, estimateUsdMax }: RunRequest,
): Pick<PlanInput, 'local' | 'legTimes' | 'budget'> {
  if (planning.kind === 'local') return { local: true }
  const { legTimes, ceilings } = planning
  const budget = lowestBudget({
    scenario: scenario.budgetUsd,
    caller: estimateUsdMax,
    deployment: ceilings?.budgetUsd,
  })
  return { local: false, legTimes, ...(budget !== undefined && { budget }) }
}
