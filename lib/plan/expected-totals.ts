import { expectedWork, type FlowWork, iterationBounds, requestBounds } from './expected-work.ts'
import { type Range, thinkRange } from './flow-cost.ts'
import type { Plan } from './plan.ts'

const known = new WeakMap<Plan, readonly FlowWork[]>()

function works(plan: Plan): readonly FlowWork[] {
  const made = known.get(plan) ?? expectedWork(plan)
  known.set(plan, made)
  return made
}

/** Iterations that a plan comes to, of one flow and one track if they are given. */
export function planIterations(plan: Plan, flow?: string, track?: number): Range {
  return total(plan, flow, track, iterationBounds)
}

/** Requests that a plan comes to, retries apart; `max` is Infinity where only the target's speed bounds it. */
export function planRequests(plan: Plan, flow?: string, track?: number): Range {
  return total(plan, flow, track, work => requestBounds(work))
}

/** Whether the schedule fixes every iteration; closed users decide for themselves. */
export function isPlanFixed(plan: Plan): boolean {
  return works(plan).every(work => work.iterations !== undefined)
}

function total(
  plan: Plan,
  flow: string | undefined,
  track: number | undefined,
  bounds: (work: FlowWork) => Range,
): Range {
  let min = 0
  let max = 0
  for (const work of works(plan)) {
    if (flow !== undefined && work.flow.name !== flow) continue
    if (track !== undefined && work.phase.track !== track) continue
    const one = bounds(work)
    min += one.min
    // Without think time the bound is the target's speed, and no number of ours.
    const unbounded = work.userMs !== undefined && thinkRange(work.flow).minMs === 0
    max += unbounded && one.max > 0 ? Number.POSITIVE_INFINITY : Math.floor(one.max)
  }
  return { min, max }
}
