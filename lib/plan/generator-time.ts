import type { Fault } from '../scenario/fault.ts'
import { legEndMs } from './legs.ts'
import type { Plan } from './plan.ts'

/** Lambda ends a function after 15 minutes whatever it does. */
export const LONGEST_INVOCATION_MS = 900_000

/** ms that a generator of a leg runs at most, from its invocation to the end of its drain; its upload comes after. */
export function generatorMs(plan: Plan, leg: number): number {
  const invokedMs = Date.parse(plan.legs[leg]?.invokeAt ?? '')
  return (plan.startAtMs ?? invokedMs) + legEndMs(plan, leg) - invokedMs
}

/** ms from the plan to the end of the last drain: as long as the run's watcher runs. */
export function runMs(plan: Plan): number {
  const last = plan.legs.length - 1
  return (
    Date.parse(plan.legs[last]?.invokeAt ?? '') - Date.parse(plan.legs[0]?.invokeAt ?? '') + generatorMs(plan, last)
  )
}

/** A leg whose generators Lambda would end before they had stored what they measured. */
export function invocationFaults(plan: Plan): readonly Fault[] {
  const longestMs = Math.max(...plan.legs.map(({ number }) => generatorMs(plan, number) + plan.uploadMs))
  if (longestMs <= LONGEST_INVOCATION_MS) return []
  const fitMs = plan.drainMs - (longestMs - LONGEST_INVOCATION_MS)
  return [
    {
      path: 'drain',
      message: `a generator would run for ${Math.ceil(longestMs / 1000)} s, and Lambda ends it after ${LONGEST_INVOCATION_MS / 1000} s`,
      expected: 'a lead, a leg, its change, its drain and the upload of its result in 15 minutes',
      ...(fitMs >= 1_000 ? { fix: `drain: ${Math.floor(fitMs / 1000)}s` } : {}),
    },
  ]
}
