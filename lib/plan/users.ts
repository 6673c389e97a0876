import type { ClosedPhase } from '../scenario/load-phase.ts'
import { closedUsers, loadPhase, phasesOf } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** One life of a user: it spawns at `fromUs` and starts no iteration at `toUs` or later. µs from the start of the load. */
export type UserSpan = {
  readonly user: number
  readonly fromUs: number
  readonly toUs: number
  /** Place in `plan.phases` of the phase in which it spawned. */
  readonly phase: number
}

/**
 * The lives of a shard's users in a track's closed phases, by time of spawning. User u lives on shard u mod n while the
 * track's number of users c(t) is above u: it spawns where a ramp passes u, lives on from one closed phase to the next,
 * and the highest number retires first. A pause, an open or an `iterations:` phase and the end retire all.
 */
export function userSpans(plan: Plan, track: number, shard: number): readonly UserSpan[] {
  const phases = phasesOf(plan, track)
  const users = closedUsers(plan, track)
  const spans: UserSpan[] = []
  for (let user = shard; user < users; user += plan.shardCount) {
    let open: UserSpan | undefined
    for (const phase of phases) {
      const life = lifeInPhase(plan, phase, user)
      if (life === undefined) continue
      const fromUs = (phase.startMs + life.fromMs) * 1000
      const toUs = (phase.startMs + life.toMs) * 1000
      if (open !== undefined && open.toUs === fromUs) {
        open = { ...open, toUs }
      } else {
        if (open !== undefined) spans.push(open)
        open = { user, fromUs, toUs, phase: phase.index }
      }
    }
    if (open !== undefined) spans.push(open)
  }
  return spans.sort((a, b) => a.fromUs - b.fromUs || a.user - b.user)
}

/** How many users a track has at an instant, ms from the start of the load; 0 in open phases, where the target decides. */
export function usersAt(plan: Plan, track: number, ms: number): number {
  const phase = phasesOf(plan, track).find(each => ms >= each.startMs && ms < each.startMs + each.durationMs)
  if (phase?.kind === 'iterations') return phase.maxUsers
  if (phase?.kind !== 'closed') return 0
  const closed = loadPhase(plan, phase) as ClosedPhase
  const at = ms - phase.startMs
  if (at >= closed.rampMs) return closed.toUsers
  const { fromUsers, toUsers, rampMs } = closed
  const exact = fromUsers + ((toUsers - fromUsers) * at) / rampMs
  // A rising ramp has passed user u once c(t) >= u, a falling one once c(t) <= u; 1e-9 forgives rounding.
  return toUsers > fromUsers ? Math.min(toUsers, Math.floor(exact + 1e-9) + 1) : Math.max(0, Math.ceil(exact - 1e-9))
}

/** When a user is wanted in a phase, ms from the phase's start; undefined if never. One stretch, as a phase has one ramp. */
export function lifeInPhase(
  plan: Plan,
  phase: PlannedPhase,
  user: number,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (phase.kind !== 'closed') return undefined
  const { fromUsers, toUsers, rampMs, durationMs } = loadPhase(plan, phase) as ClosedPhase
  const from = rampMs > 0 ? fromUsers : toUsers
  if (user < Math.min(from, toUsers)) return { fromMs: 0, toMs: durationMs }
  if (user < toUsers) return { fromMs: (rampMs * (user - from)) / (toUsers - from), toMs: durationMs }
  if (user < from) return { fromMs: 0, toMs: (rampMs * (from - user)) / (from - toUsers) }
  return undefined
}
