import type { Plan } from '../plan/plan.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { lastMs } from './leg-progress.ts'
import type { Ports } from './ports.ts'
import type { ShardInput } from './task-input.ts'

/** How often an attempt that may not send looks for what the other one leaves. */
const lookEveryMs = 2000

/**
 * Claims a shard with a write-once object that holds the attempt's nonce (decision 6). True if this attempt may send:
 * it wrote the claim, now or by a write whose answer was lost. False if another attempt holds it; then nothing may be sent.
 */
export async function claimShard(objects: ObjectStore, key: string, nonce: string): Promise<boolean> {
  if (await objects.putIfAbsent(key, new TextEncoder().encode(nonce))) return true
  const holder = await objects.get(key)
  return holder !== undefined && new TextDecoder().decode(holder) === nonce
}

/**
 * Waits for the attempt that holds the claim: until it has left its result or the cause of its end, or could no more. So
 * the leg is not merged while it still sends. Without a fixed start nobody can tell how long that is; there, on one
 * machine, no attempt is ever doubled.
 */
export async function awaitHolder(
  { objects, epochMs, sleep }: Pick<Ports, 'objects' | 'epochMs' | 'sleep'>,
  plan: Plan,
  { runId, leg, shard }: ShardInput,
): Promise<void> {
  if (plan.startAtMs === undefined) return
  const untilMs = lastMs(plan, leg)
  const left = [keys.shardResult(runId, leg, shard), keys.shardCause(runId, leg, shard)]
  while (epochMs() < untilMs) {
    const found = await objects.list(keys.shard(runId, leg, shard))
    if (left.some(key => found.includes(key))) return
    await sleep(lookEveryMs)
  }
}
