import { type Budget, budgetName } from '../plan/budget.ts'
import { ceilingFaults } from '../plan/ceilings.ts'
import { estimateCost } from '../plan/estimate.ts'
import type { Plan } from '../plan/plan.ts'
import { planFaults } from '../plan/plan-faults.ts'
import { formatUsd } from '../report/cost-text.ts'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Ports, Pricing } from './ports.ts'
import { refusedTargets } from './refused-targets.ts'
import { costBasis } from './run-cost.ts'

/** More of them say no more. */
const MOST_TOLD = 20

/**
 * All that forbids a planned run, found where it is about to begin: what the API has found no fault with, or was never
 * asked about, is judged once more by what is true now. On this machine the reader of the scenario has found all but
 * targets that `squall serve` does not allow.
 */
export async function planRefusals(ports: Ports, plan: Plan): Promise<readonly Fault[]> {
  const looked = [refusedTargets(ports, plan.scenario), missingSecrets(ports, plan.scenario)]
  return [limitFaults(ports, plan), ...(await Promise.all(looked))].flat()
}

/** Faults in one line, for the run's record and for whoever started it. */
export function refusalText(faults: readonly Fault[]): string {
  const told = faults
    .slice(0, MOST_TOLD)
    .map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`))
  const more = faults.length - told.length
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

function limitFaults({ planning }: Ports, plan: Plan): readonly Fault[] {
  if (planning.kind === 'local') return []
  const { ceilings } = planning
  return [
    ...planFaults(plan),
    ...(ceilings === undefined ? [] : ceilingFaults(plan, ceilings)),
    ...(plan.budget === undefined ? [] : budgetFaults(plan, plan.budget, planning.pricing)),
  ]
}

function budgetFaults(plan: Plan, budget: Budget, pricing: Pricing): readonly Fault[] {
  const { prices, assumptions } = costBasis(pricing)
  const { totalUsd } = estimateCost(plan, prices, assumptions)
  if (totalUsd <= budget.usd) return []
  const message = `the run would cost about ${formatUsd(totalUsd)}, and ${budgetName(budget)} is ${formatUsd(budget.usd)}`
  return [{ path: 'budget', message }]
}

async function missingSecrets({ planning, secrets }: Ports, { secrets: names }: Scenario): Promise<readonly Fault[]> {
  if (planning.kind === 'local' || names.length === 0) return []
  try {
    const found = await secrets(names)
    const missing = names.filter(name => !Object.hasOwn(found, name))
    if (missing.length === 0) return []
    const where = "under the deployment's prefix (secretPrefix in squall.config.ts)"
    const path = missing.map(name => `secret.${name}`).join(', ')
    return [{ path, message: `not in Parameter Store or Secrets Manager ${where}` }]
  } catch (error) {
    return [{ message: error instanceof Error ? error.message : String(error) }]
  }
}
