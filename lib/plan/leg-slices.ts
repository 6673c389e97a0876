import type { DataSet } from '../scenario/data-set.ts'
import { sliceRows } from './data-rows.ts'
import type { Plan } from './plan.ts'

/** So many slices are written before the load at most: some thousands a second, in the minute that Plan has. */
const MOST_SLICES = 20_000

/** The first of the legs with which a leg shares its slices: all of its own where there are few slices in all. */
export function sliceLeg(plan: Plan, leg: number): number {
  const together = legsTogether(plan)
  return leg - (leg % together)
}

/** A shard's rows of a set for all legs that share the slice beginning with this one, in rising order. */
export function legSliceRows(plan: Plan, set: DataSet, shard: number, firstLeg: number): readonly number[] {
  const legs = plan.legs.slice(firstLeg, firstLeg + legsTogether(plan))
  const [only] = legs
  if (legs.length === 1 && only !== undefined) return sliceRows(plan, set, shard, only.number)
  const rows = new Set<number>()
  for (const { number } of legs) {
    if (rows.size === set.rowCount) break
    for (const row of sliceRows(plan, set, shard, number)) rows.add(row)
  }
  return [...rows].sort((a, b) => a - b)
}

function legsTogether(plan: Plan): number {
  return Math.max(1, Math.ceil((plan.legs.length * plan.shardCount * plan.scenario.data.length) / MOST_SLICES))
}
