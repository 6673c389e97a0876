import type { DataSet } from '../scenario/data-set.ts'
import { arrivalsBefore } from './arrivals.ts'
import { dataSections, usersOfSet } from './data-sections.ts'
import { eachIndex, iterationShare } from './iterations.ts'
import { arrivalLegSpan } from './legs.ts'
import { closedUsers, phasesOf } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'
import { rowNumber } from './row-number.ts'

export { type DataDraw, rowNumber } from './row-number.ts'

/** Rows that `take: once` needs; undefined where closed phases draw per iteration, or for the other ways to take. */
export function rowsNeeded(plan: Plan, set: DataSet): number | undefined {
  if (set.take !== 'once') return undefined
  const { counted, uncounted } = dataSections(plan, set)
  return uncounted ? undefined : counted
}

/** A set with fewer rows than the schedule takes from it, each at most once. */
export type DataShortfall = { readonly set: string; readonly needed: number; readonly rows: number }

/** The sets that hold too few rows, as far as it can be counted before the run. */
export function dataShortfalls(plan: Plan): readonly DataShortfall[] {
  return plan.scenario.data.flatMap(set => {
    const { counted, uncounted, used } = dataSections(plan, set)
    // Closed phases that draw per iteration need one row more than what is counted, or nobody could start.
    const needed = set.take === 'once' ? counted + (uncounted ? 1 : 0) : used ? 1 : 0
    return needed > set.rowCount ? [{ set: set.name, needed, rows: set.rowCount }] : []
  })
}

/**
 * The rows that a shard may ask for in a leg, in rising order. It stops as soon as the whole set is in, and for
 * `take: once` at the first rank that has no row, so that a long schedule over a small set costs little.
 */
export function sliceRows(plan: Plan, set: DataSet, shard: number, leg: number): readonly number[] {
  const rows = new Set<number>()
  for (const track of plan.scenario.tracks.keys()) {
    if (usersOfSet(plan, track, set.name).length === 0) continue
    for (const phase of phasesOf(plan, track)) {
      if (rows.size < set.rowCount && meets(plan, phase, leg)) addPhase(plan, set, phase, shard, leg, rows)
    }
  }
  return [...rows].sort((a, b) => a - b)
}

/** Whether a leg, changes at both of its seams included, starts anything in a phase. */
function meets(plan: Plan, phase: PlannedPhase, leg: number): boolean {
  const { fromMs, toMs } = plan.legs[leg] ?? { fromMs: 0, toMs: 0 }
  return phase.startMs < toMs + plan.changeMs && phase.startMs + phase.durationMs > fromMs
}

function addPhase(plan: Plan, set: DataSet, phase: PlannedPhase, shard: number, leg: number, rows: Set<number>): void {
  const draw = { track: phase.track, phase: phase.index, shard, leg }
  const full = () => rows.size >= set.rowCount
  /** False once no later rank or user can add a row. */
  const add = (row: number | undefined) => {
    if (row !== undefined) rows.add(row)
    return row !== undefined && !full()
  }
  const { uses } = dataSections(plan, set)
  const addRank = (index: number) => {
    const rank = phase.rankOffset + index
    return !uses(phase.track, rank) || add(rowNumber(plan, set, { ...draw, rank }))
  }
  if (phase.kind === 'open') {
    const n = plan.shardCount
    const { fromUs, toUs } = arrivalLegSpan(plan, leg, shard)
    const first = arrivalsBefore(plan, phase, fromUs)
    const end = arrivalsBefore(plan, phase, toUs)
    for (let i = first + ((((shard - first) % n) + n) % n); i < end && addRank(i); i += n);
  } else if (phase.kind === 'iterations') {
    const share = iterationShare(plan, phase, shard)
    if (set.per === 'user') {
      for (const user of share.users) add(rowNumber(plan, set, { ...draw, user }))
    } else if (share.each) {
      for (const user of share.users) for (let k = 0; k < share.count && addRank(eachIndex(phase, user, k)); k++);
    } else {
      for (let i = share.first; i < share.count && addRank(i); i += share.step);
    }
  } else if (phase.kind === 'closed') {
    if (set.per === 'iteration' && set.take === 'once') {
      for (let k = 0; add(rowNumber(plan, set, { ...draw, k })); k++);
      return
    }
    // Per iteration a user walks round the set in equal steps; after `rowCount` of them it has seen all it ever will.
    const walk = set.per === 'user' ? 1 : set.rowCount
    const shuffledAll = set.per === 'iteration' && set.take === 'shuffle'
    for (let user = shard; user < closedUsers(plan, phase.track) && !full(); user += plan.shardCount) {
      if (shuffledAll) for (let row = 0; row < set.rowCount; row++) rows.add(row)
      else for (let k = 0; k < walk && !full(); k++) add(rowNumber(plan, set, { ...draw, user, k }))
    }
  }
}
