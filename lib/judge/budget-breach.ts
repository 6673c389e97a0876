import type { LiveFigures } from '../measure/snapshot.ts'
import type { Budget } from '../plan/budget.ts'
import type { Plan } from '../plan/plan.ts'
import { type CostBasis, costIfEnded } from '../plan/running-cost.ts'

export type BudgetBreach = {
  readonly budget: Budget
  /** What the run costs if all of it ends at once. */
  readonly soFarUsd: number
  /** With what goes on until a stop is complete. */
  readonly stoppedUsd: number
}

/** Two sums of the same items in another order differ by a few units in the last place. */
const ROUNDING = 1e-9

/**
 * Whether a run has to be stopped for its budget: what it costs if it is stopped now, with all that goes on until the
 * stop is complete, is more than the budget. Once the load has ended nothing is saved by a stop, and there is none.
 * `legEndsMs`: as `CostProgress` has it. A plan that fixes no start is one of this machine and costs nothing.
 */
export function budgetBreach(
  plan: Plan,
  at: {
    /** Epoch ms. */
    readonly nowMs: number
    readonly legEndsMs: ReadonlyMap<number, number>
    readonly live: Pick<LiveFigures, 'requests' | 'ratePerSecond' | 'bytesSent' | 'bytesReceived'>
  },
  basis: CostBasis,
): BudgetBreach | undefined {
  const { budget, startAtMs } = plan
  const { nowMs, legEndsMs, live } = at
  if (budget === undefined || startAtMs === undefined) return undefined
  const leftMs = startAtMs + plan.loadMs - nowMs
  if (leftMs <= 0) return undefined
  const costAt = (untilMs: number, sendingMs: number): number => {
    // Of the size that requests have had, at the rate that they have now.
    const grown = live.requests === 0 ? 1 : 1 + (live.ratePerSecond * sendingMs) / 1000 / live.requests
    const bytes = { bytesOut: live.bytesSent * grown, bytesIn: live.bytesReceived * grown }
    return costIfEnded(plan, { atMs: untilMs, legEndsMs, ...bytes }, basis)
  }
  const stopMs = stopTakesMs(plan)
  const stoppedUsd = costAt(nowMs + stopMs, Math.min(stopMs, leftMs))
  if (stoppedUsd <= budget.usd * (1 + ROUNDING)) return undefined
  return { budget, soFarUsd: costAt(nowMs, 0), stoppedUsd }
}

/**
 * From what the figures tell to the end of the load, if the next look finds the breach: snapshots are as old as the time
 * between two of them, and so is the next look; then generators read the abort and destroy what is under way.
 */
export function stopTakesMs(plan: Plan): number {
  return 2 * plan.snapshotEveryMs + plan.controlEveryMs + plan.abortGraceMs
}
