import type { DataSlice } from '../plan/data-slice.ts'
import type { Plan } from '../plan/plan.ts'
import { rowNumber } from '../plan/row-number.ts'
import type { DataRow } from '../scenario/data-set.ts'
import type { Program } from './program.ts'
import type { UserSlot } from './user-slot.ts'

/** Who draws: see `DataDraw`. `k` is the user's own count of iterations. */
export type RowDraw = {
  readonly track: number
  readonly phase: number
  readonly rank?: number
  readonly user?: number
  readonly k?: number
}

/** A generator's data rows: which row an iteration gets follows from the plan, the rows themselves come from its slices. */
export class RowDraws {
  private readonly plan: Plan
  private readonly leg: number
  private readonly shard: number
  private readonly rows = new Map<string, ReadonlyMap<number, DataRow>>()
  /** Rows of `take: once, per: iteration` sets that closed phases of this leg have drawn on this shard. */
  private readonly drawn = new Map<string, number>()

  constructor(plan: Plan, leg: number, shard: number, slices: readonly DataSlice[]) {
    this.plan = plan
    this.leg = leg
    this.shard = shard
    for (const slice of slices) this.rows.set(slice.set, new Map(slice.rows))
  }

  /** Gives the user the rows that the flow reads; false where one of the sets has none left for it. */
  assign(user: UserSlot, program: Program, draw: RowDraw): boolean {
    const { plan, leg, shard } = this
    const closed = plan.phases[draw.phase]?.kind === 'closed'
    for (const set of program.sets) {
      const striped = closed && set.take === 'once' && set.per === 'iteration'
      const drawn = this.drawn.get(set.name) ?? 0
      const number = rowNumber(plan, set, { ...draw, leg, shard, ...(striped ? { k: drawn } : {}) })
      const row = number === undefined ? undefined : this.rows.get(set.name)?.get(number)
      if (row === undefined) return false
      if (striped) this.drawn.set(set.name, drawn + 1)
      user.setRow(set.name, row)
    }
    return true
  }
}
