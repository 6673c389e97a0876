import type { DataSet } from '../scenario/data-set.ts'
import { type DataSections, dataSections } from './data-sections.ts'
import { shuffled } from './permutation.ts'
import { closedUsers } from './phase-lookup.ts'
import type { Plan } from './plan.ts'
import { hash32, hashText } from './seeds.ts'

/** Who asks for a row. */
export type DataDraw = {
  readonly track: number
  /** Place in `plan.phases` of the phase in which the iteration is due. */
  readonly phase: number
  readonly shard: number
  readonly leg: number
  /** Open and `iterations:` phases: `rankOffset` and the iteration's index in the phase. */
  readonly rank?: number
  /** Closed and `iterations:` phases: the user's number. */
  readonly user?: number
  /**
   * Closed phases, `per: iteration`. For `take: once` how many rows of this set the shard has drawn in closed phases of
   * this leg; for `repeat` and `shuffle` the user's own count of iterations, from `firstIterationOfLeg(leg)`.
   */
  readonly k?: number
}

/**
 * The row that an iteration or user gets, from 0; undefined where the rows are used up (`take: once`) or there are none.
 * It depends on the shard only for `take: once, per: iteration` in closed phases, where nobody can know in advance how
 * many iterations there will be.
 */
export function rowNumber(plan: Plan, set: DataSet, draw: DataDraw): number | undefined {
  if (set.rowCount === 0) return undefined
  const sections = dataSections(plan, set)
  const rank = drawRank(plan, set, sections, draw)
  if (rank === undefined) return undefined
  switch (set.take) {
    case 'once':
      return rank < set.rowCount ? rank : undefined
    case 'repeat':
      return rank % set.rowCount
    case 'shuffle':
      return shuffledRow(plan, set, rank)
  }
}

/** A new order of the rows in every pass through them, each row once a pass. */
function shuffledRow(plan: Plan, set: DataSet, rank: number): number {
  const pass = Math.floor(rank / set.rowCount)
  return shuffled(rank - pass * set.rowCount, set.rowCount, hash32(plan.seed, hashText(set.name), pass))
}

function drawRank(plan: Plan, set: DataSet, sections: DataSections, draw: DataDraw): number | undefined {
  const track = sections.tracks[draw.track]
  if (track === undefined) throw new RangeError(`there is no track ${draw.track}`)
  const kind = plan.phases[draw.phase]?.kind
  if (kind === 'open' || (kind === 'iterations' && set.per === 'iteration')) {
    return track.rankOffset + sections.countBefore(draw.track, draw.rank ?? 0)
  }
  const user = draw.user ?? 0
  if (kind === 'iterations') return track.iterationsUserOffset + user
  const userRank = sections.userRank(draw.track, user)
  if (set.per === 'user') return track.userOffset + userRank
  const k = draw.k ?? 0
  if (set.take === 'once') {
    const slots = plan.legs.length * plan.shardCount
    return sections.counted + draw.leg * plan.shardCount + draw.shard + k * slots
  }
  return userRank + k * Math.max(1, sections.userRank(draw.track, closedUsers(plan, draw.track)))
}
