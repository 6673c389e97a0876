import type { BudgetBreach } from '../judge/budget-breach.ts'
import type { StopCause } from '../judge/verdict.ts'
import { budgetName } from '../plan/budget.ts'
import { formatUsd } from '../report/cost-text.ts'

const thresholdPrefix = 'threshold: '
const budgetPrefix = 'budget: '

/** How the control item says that a breached threshold, and nobody from outside, stopped the load. */
export function thresholdStop(threshold: string): string {
  return `${thresholdPrefix}${threshold}`
}

/** How it says that the budget did, and what the run had cost. */
export function budgetStop({ budget, soFarUsd, stoppedUsd }: BudgetBreach): string {
  const cost = `about ${formatUsd(soFarUsd)} so far, ${formatUsd(stoppedUsd)} once all has ended`
  return `${budgetPrefix}${cost}; ${budgetName(budget)} is ${formatUsd(budget.usd)}`
}

/** Who stopped the load, for the verdict, by the reason in the control item. */
export function causeOfStop(reason: string): StopCause {
  if (reason.startsWith(thresholdPrefix)) return { cause: 'threshold', threshold: reason.slice(thresholdPrefix.length) }
  if (reason.startsWith(budgetPrefix)) return { cause: 'budget', cost: reason.slice(budgetPrefix.length) }
  return { cause: 'user' }
}
