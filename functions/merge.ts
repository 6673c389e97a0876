import { decodeShardResult, type ShardResult } from '../lib/measure/shard-result.ts'
import { encodeSummary, type LostShard, lostShard, mergeShardResults, type Summary } from '../lib/measure/summary.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { needArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import { legInput } from '../lib/workflow/task-input.ts'

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
  const results: ShardResult[] = []
  const lost: LostShard[] = []
  for (let shard = 0; shard < plan.shardCount; shard++) {
    const bytes = await objects.get(keys.shardResult(plan.runId, leg, shard))
    if (bytes === undefined) {
      const cause = await objects.get(keys.shardCause(plan.runId, leg, shard))
      const text = cause === undefined ? 'the generator ended without a result' : new TextDecoder().decode(cause)
      lost.push(lostShard(plan, leg, shard, text))
      continue
    }
    try {
      results.push(decodeShardResult(bytes, plan))
    } catch (error) {
      lost.push(lostShard(plan, leg, shard, error instanceof Error ? error.message : String(error)))
    }
  }
  return mergeShardResults(plan, results, lost)
}
