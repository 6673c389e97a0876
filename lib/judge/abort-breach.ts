import type { Plan } from '../plan/plan.ts'
import type { Threshold } from '../scenario/threshold.ts'

/** The first abort threshold that the live snapshots of a run breach, if there is one. */
export function abortBreach(_plan: Plan, _snapshots: readonly Uint8Array[]): Threshold | undefined {
  return undefined
}
