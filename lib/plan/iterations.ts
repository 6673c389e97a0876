import type { IterationsPhase } from '../scenario/load-phase.ts'
import { loadPhase } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** A shard's part of an `iterations:` phase. */
export type IterationShare = {
  /** The shard's users, by number. */
  readonly users: readonly number[]
  /** Shared iterations: the shard's are `first`, `first + step` ... below `count`. */
  readonly first: number
  readonly step: number
  /** Shared: iterations of the whole phase. Each: iterations of one user, whose k-th has the index `eachIndex`. */
  readonly count: number
  readonly each: boolean
}

/**
 * What a shard does of an `iterations:` phase. User u is on shard u mod m and shared iteration i on shard i mod m, where
 * m = min(n, users): no shard has iterations without a user to run them.
 */
export function iterationShare(plan: Plan, phase: PlannedPhase, shard: number): IterationShare {
  const { users, iterations, each } = iterationsPhase(plan, phase)
  const step = Math.min(plan.shardCount, users)
  const own: number[] = []
  if (shard < step) for (let user = shard; user < users; user += step) own.push(user)
  return { users: own, first: shard, step, count: shard < step ? iterations : 0, each }
}

/** Index in the phase of a user's k-th iteration (k from 0) where every user has so many of its own: its rank is this and `rankOffset`. */
export function eachIndex(phase: PlannedPhase, user: number, k: number): number {
  return user + k * phase.maxUsers
}

/** The scenario's phase; throws for any other kind. */
export function iterationsPhase(plan: Plan, phase: PlannedPhase): IterationsPhase {
  const found = loadPhase(plan, phase)
  if (found.kind !== 'iterations') throw new RangeError(`phase ${phase.index} has no fixed number of iterations`)
  return found
}
