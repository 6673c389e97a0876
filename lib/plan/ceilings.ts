import type { Fault } from '../scenario/fault.ts'
import type { Plan } from './plan.ts'
import { peakRate, peakUsers } from './sizing.ts'

/** What no run may exceed, set when the stack is deployed (decision 15). */
export type Ceilings = {
  /** Iterations a second of all open phases together. */
  readonly ratePerSecond: number
  /** Users at once. */
  readonly users: number
  readonly durationMs: number
  /** A run's estimate. */
  readonly budgetUsd: number
  readonly generators: number
  readonly concurrentRuns: number
}

/** Where a deployment says nothing: enough for a burst of 20,000 users, and less than 25 USD a run. */
export const DEFAULT_CEILINGS: Ceilings = {
  ratePerSecond: 20_000,
  users: 20_000,
  durationMs: 24 * 3_600_000,
  budgetUsd: 25,
  generators: 200,
  concurrentRuns: 5,
}

/** Every figure of a plan that is above its ceiling. The budget is `budgetFaults`' and the number of runs the API's. */
export function ceilingFaults(plan: Plan, ceilings: Ceilings): readonly Fault[] {
  const figures = [
    ['the load asks for', peakRate(plan), ceilings.ratePerSecond, 'iterations a second'],
    ['the load asks for', peakUsers(plan), ceilings.users, 'users at once'],
    ['the load lasts', plan.loadMs / 1000, ceilings.durationMs / 1000, 'seconds'],
    ['the plan needs', plan.shardCount, ceilings.generators, 'generators'],
  ] as const
  return figures.flatMap(([what, found, most, unit]) =>
    found <= most
      ? []
      : [
          {
            path: 'load',
            message: `${what} ${shown(found)} ${unit}, and this deployment allows ${shown(most)}`,
            expected: `at most ${shown(most)} ${unit}`,
            fix: 'a smaller load, or a higher ceiling in squall.config.ts (then squall deploy)',
          },
        ],
  )
}

/** Refuses an estimate above the scenario's `budget:`, and one above the deployment's ceiling. */
export function budgetFaults(
  estimateUsd: number,
  limits: { readonly budgetUsd?: number; readonly ceilingUsd: number },
): readonly Fault[] {
  const { budgetUsd, ceilingUsd } = limits
  const faults: Fault[] = []
  if (budgetUsd !== undefined && estimateUsd > budgetUsd) {
    faults.push({
      path: 'budget',
      message: `the run would cost about ${usd(estimateUsd)}, and its budget is ${usd(budgetUsd)}`,
      expected: `an estimate of at most ${usd(budgetUsd)}`,
      fix: `budget: ${usd(Math.ceil(estimateUsd * 100) / 100)}, or a smaller load`,
    })
  }
  if (estimateUsd > ceilingUsd) {
    faults.push({
      path: 'budget',
      message: `the run would cost about ${usd(estimateUsd)}, and this deployment allows ${usd(ceilingUsd)} a run`,
      expected: `an estimate of at most ${usd(ceilingUsd)}`,
      fix: 'a smaller load, or a higher budgetUsd in squall.config.ts (then squall deploy)',
    })
  }
  return faults
}

function usd(amount: number): string {
  return `${amount.toFixed(amount >= 0.01 || amount === 0 ? 2 : 4)} USD`
}

function shown(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}
