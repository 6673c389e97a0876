import { legEndMs } from '../plan/legs.ts'
import type { Leg, Plan } from '../plan/plan.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** Beyond the upload, for what nobody thought of: a leg's change and drain are over 90 s after its seam. */
const spareMs = 10_000

/** What a leg's generators have left so far. */
export type LegProgress = {
  /** Shards that a generator has claimed. */
  readonly claimed: number
  /** Of those, or else: shards with a result or the cause of their end. */
  readonly ended: number
  /** Nothing of it is under way any more, as far as anybody can tell. */
  readonly over: boolean
}

/** Whether the workflow has invoked the leg's generators. */
export function isInvoked(leg: Leg, nowMs: number): boolean {
  return Date.parse(leg.invokeAt) <= nowMs
}

/**
 * How far a leg has come, from one listing of its keys. It is over when it is merged, or each of its shards has left a
 * result or the cause of its end, or is past the time in which it could. (A shard whose store was full has left neither:
 * Merge comes after it all the same.)
 */
export async function legProgress(
  objects: Pick<ObjectStore, 'list'>,
  plan: Plan,
  leg: number,
  nowMs: number,
): Promise<LegProgress> {
  const found = new Set(await objects.list(keys.leg(plan.runId, leg)))
  let claimed = 0
  let ended = 0
  for (let shard = 0; shard < plan.shardCount; shard++) {
    if (found.has(keys.claim(plan.runId, leg, shard))) claimed++
    if (found.has(keys.shardResult(plan.runId, leg, shard)) || found.has(keys.shardCause(plan.runId, leg, shard)))
      ended++
  }
  const merged = found.has(keys.legSummary(plan.runId, leg))
  return { claimed, ended, over: merged || ended === plan.shardCount || nowMs > lastMs(plan, leg) }
}

/** When nothing of a leg can come any more, its upload included: epoch ms; never where the plan fixes no start. */
export function lastMs(plan: Plan, leg: number): number {
  return (plan.startAtMs ?? Number.POSITIVE_INFINITY) + legEndMs(plan, leg) + plan.uploadMs + spareMs
}
