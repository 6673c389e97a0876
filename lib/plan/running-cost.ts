import { priceUsage, totalUsd } from './estimate.ts'
import { generatorMs, runMs } from './generator-time.ts'
import type { Plan } from './plan.ts'
import type { Prices } from './price-table.ts'
import { type CostAssumptions, UPLOAD_MS, usageOf } from './run-usage.ts'

/** What a run's cost is reckoned by. */
export type CostBasis = { readonly prices: Prices; readonly assumptions: CostAssumptions }

/** How far a run has come. */
export type CostProgress = {
  /** Epoch ms. */
  readonly atMs: number
  /** Epoch ms at which a leg was seen to be over, by its number; the others go on. */
  readonly legEndsMs: ReadonlyMap<number, number>
  /** Of the target's requests and answers, over the network. */
  readonly bytesOut: number
  readonly bytesIn: number
}

/**
 * What a run costs, in US dollars, if its load ends at an instant, the merge and the report that follow included. The
 * generators of a leg are counted from their invocation, waiting for the start, until the leg was seen to be over, or
 * that instant, or the end that was planned. So with as many bytes as were foreseen it is never more than the estimate:
 * usage that grows with time is that of a shorter run.
 */
export function costIfEnded(plan: Plan, progress: CostProgress, { prices, assumptions }: CostBasis): number {
  const { atMs, legEndsMs, bytesOut, bytesIn } = progress
  const legs = plan.legs.filter(({ invokeAt }) => Date.parse(invokeAt) <= atMs)
  const ofEachShard = legs.reduce((sum, { number, invokeAt }) => {
    const endMs = Math.min(atMs, legEndsMs.get(number) ?? atMs)
    return sum + Math.min(generatorMs(plan, number), Math.max(0, endMs - Date.parse(invokeAt))) + UPLOAD_MS
  }, 0)
  const generatedMs = plan.shardCount * ofEachShard
  const figures = {
    generatedMs,
    watchedMs: Math.min(runMs(plan), Math.max(0, atMs - Date.parse(plan.legs[0]?.invokeAt ?? ''))),
    snapshots: Math.floor(generatedMs / plan.snapshotEveryMs),
    controlReads: Math.ceil(generatedMs / plan.controlEveryMs),
    bytesOut,
    bytesIn,
  }
  return totalUsd(priceUsage(usageOf({ ...plan, legs }, figures, assumptions), prices))
}
