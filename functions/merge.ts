import { encodeSummary, lostShard, type Summary, SummaryMerge } from '../lib/measure/summary.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { needArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { mapAhead } from '../lib/workflow/map-ahead.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import { legInput } from '../lib/workflow/task-input.ts'

/** Results that are read at once. */
const atOnce = 32

/** State Merge: the shard results of one leg become its summary. Idempotent: done again it writes the same bytes. */
export const merge =
  ({ objects }: Pick<Ports, 'objects'>) =>
  async (input: unknown): Promise<{ merged: true }> => {
    const { runId, leg } = legInput(input)
    const plan = await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    await objects.put(keys.legSummary(runId, leg), encodeSummary(await mergeLeg(objects, plan, leg)))
    return { merged: true }
  }

/** A shard without a result, or with a damaged one, is lost; its cause is what the generator's end left behind. */
export async function mergeLeg(objects: Ports['objects'], plan: Plan, leg: number): Promise<Summary> {
  const merge = new SummaryMerge(plan)
  const shards = Array.from({ length: plan.shardCount }, (_, shard) => shard)
  const read = async (shard: number) => {
    const result = await objects.get(keys.shardResult(plan.runId, leg, shard))
    return { shard, found: result ?? (await causeOf(objects, plan, leg, shard)) }
  }
  for await (const { shard, found } of mapAhead(shards, atOnce, read)) {
    try {
      if (typeof found === 'string') merge.addLost(lostShard(plan, leg, shard, found))
      else merge.addShard(found)
    } catch (error) {
      merge.addLost(lostShard(plan, leg, shard, error instanceof Error ? error.message : String(error)))
    }
  }
  return merge.summary()
}

async function causeOf(objects: Ports['objects'], plan: Plan, leg: number, shard: number): Promise<string> {
  const cause = await objects.get(keys.shardCause(plan.runId, leg, shard))
  return cause === undefined ? 'the generator ended without a result' : new TextDecoder().decode(cause)
}
