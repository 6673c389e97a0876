import type { DataSet } from '../scenario/data-set.ts'
import { flowsThatUse } from '../scenario/data-use.ts'
import { type FlowMix, flowMix } from './flow-mix.ts'
import { closedUsers, phasesOf, trackAt } from './phase-lookup.ts'
import type { Plan } from './plan.ts'

/** A track's contiguous sections of the numbers that a set deals out. */
type TrackSections = {
  /** Of iterations whose number the schedule knows: the first number of this track's. */
  readonly rankOffset: number
  /** `per: user`: the first number of the closed phases' users. */
  readonly userOffset: number
  /** `per: user`: the first number of the `iterations:` phase's users. */
  readonly iterationsUserOffset: number
}

/**
 * How the demands on one data set are numbered over all tracks and phases, so that `take: once` gives no row twice:
 * track after track, within it the iterations of open and `iterations:` phases by rank, then users. What closed phases
 * draw per iteration comes after all that is counted.
 */
export type DataSections = {
  readonly tracks: readonly TrackSections[]
  /** All that the schedule knows. */
  readonly counted: number
  /** Whether closed phases draw per iteration, beyond what can be counted. */
  readonly uncounted: boolean
  /** Whether any flow of any track reads the set. */
  readonly used: boolean
  /** Whether the iteration with this rank uses the set. */
  uses(track: number, rank: number): boolean
  /** Iterations of the track below this rank that use the set. */
  countBefore(track: number, rank: number): number
  /** Users of the track's closed phases below this number that use the set. */
  userRank(track: number, user: number): number
}

const known = new WeakMap<Plan, Map<string, DataSections>>()

/** Made once a plan and set, and remembered: every draw needs it. */
export function dataSections(plan: Plan, set: DataSet): DataSections {
  const sets = known.get(plan) ?? new Map<string, DataSections>()
  known.set(plan, sets)
  const made = sets.get(set.name) ?? makeSections(plan, set)
  sets.set(set.name, made)
  return made
}

/** One track's flows that use a set, by place in `track.flows`. */
export function usersOfSet(plan: Plan, track: number, set: string): readonly number[] {
  const using = new Set(flowsThatUse(plan.scenario, set).map(place => plan.scenario.flows[place]?.name))
  return trackAt(plan, track).flows.flatMap(({ flow }, place) => (using.has(flow) ? [place] : []))
}

function makeSections(plan: Plan, set: DataSet): DataSections {
  const mixes: readonly FlowMix[] = plan.scenario.tracks.map(track => flowMix(track, plan.seed))
  const flows = plan.scenario.tracks.map((_, track) => usersOfSet(plan, track, set.name))
  const countBefore = (track: number, rank: number) => mixes[track]?.countBefore(rank, flows[track] ?? []) ?? 0
  const userRank = (track: number, user: number) => {
    if ((flows[track] ?? []).length === 0) return 0
    // A user that changes its flow from iteration to iteration may come to any of them.
    return trackAt(plan, track).mix === 'iteration' ? user : countBefore(track, user)
  }
  let counted = 0
  let uncounted = false
  const tracks = plan.scenario.tracks.map((_, track): TrackSections => {
    const used = (flows[track] ?? []).length > 0
    const phases = phasesOf(plan, track)
    const ranks = (kinds: readonly string[]) =>
      phases.filter(phase => kinds.includes(phase.kind)).reduce((sum, phase) => sum + (phase.arrivals ?? 0), 0)
    const rankOffset = counted
    counted += countBefore(track, ranks(set.per === 'user' ? ['open'] : ['open', 'iterations']))
    const userOffset = counted
    if (set.per === 'user') counted += userRank(track, closedUsers(plan, track))
    else if (used && phases.some(phase => phase.kind === 'closed')) uncounted = true
    const iterationsUserOffset = counted
    const last = phases.find(phase => phase.kind === 'iterations')
    if (set.per === 'user' && used && last !== undefined) counted += last.maxUsers
    return { rankOffset, userOffset, iterationsUserOffset }
  })
  const used = flows.some(each => each.length > 0)
  const uses = (track: number, rank: number) => countBefore(track, rank + 1) > countBefore(track, rank)
  return { tracks, counted, uncounted, used, uses, countBefore, userRank }
}
