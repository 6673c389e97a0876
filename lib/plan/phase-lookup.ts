import type { LoadPhase } from '../scenario/load-phase.ts'
import type { Track } from '../scenario/scenario.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** The phase as the scenario has it. Throws for the drain, which the scenario does not have. */
export function loadPhase(plan: Plan, phase: PlannedPhase): LoadPhase {
  const found = plan.scenario.tracks[phase.track]?.phases[phase.phase]
  if (found === undefined) throw new RangeError(`phase ${phase.index} (${phase.kind}) has no load of its own`)
  return found
}

/** The track at a place in `plan.scenario.tracks`. */
export function trackAt(plan: Plan, track: number): Track {
  const found = plan.scenario.tracks[track]
  if (found === undefined) throw new RangeError(`there is no track ${track}`)
  return found
}

/** A track's planned phases in order. */
export function phasesOf(plan: Plan, track: number): PlannedPhase[] {
  return plan.phases.filter(phase => phase.track === track)
}

/** Most closed-phase users of a track at once; user numbers are below it. */
export function closedUsers(plan: Plan, track: number): number {
  let users = 0
  for (const phase of plan.phases) {
    if (phase.track === track && phase.kind === 'closed') users = Math.max(users, phase.maxUsers)
  }
  return users
}

/** A shard's part of a number that is dealt out one by one, shard 0 first: of `maxUsers`, for example. */
export function shardPart(total: number, shardCount: number, shard: number): number {
  return Math.max(0, Math.ceil((total - shard) / shardCount))
}
