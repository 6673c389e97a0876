import { decodeShardResult } from '../lib/measure/shard-result.ts'
import { encodeSummary, type LostShard, mergeShardResults } from '../lib/measure/summary.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { needArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import type { Ports } from '../lib/workflow/ports.ts'

/**
 * State Merge: the shard results of one leg become its summary. Idempotent: doing it again writes the same bytes.
 * A shard without a result is lost; its cause is what the generator's end left behind, if anything.
 */
export const merge =
  ({ objects }: Pick<Ports, 'objects'>) =>
  async ({ runId, leg }: { readonly runId: string; readonly leg: number }): Promise<{ readonly merged: true }> => {
    const plan = await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    const results = []
    const lost: LostShard[] = []
    for (let shard = 0; shard < plan.shardCount; shard++) {
      const bytes = await objects.get(keys.shardResult(runId, leg, shard))
      if (bytes !== undefined) results.push(decodeShardResult(bytes, plan))
      else {
        const cause = await objects.get(keys.shardCause(runId, leg, shard))
        lost.push({
          leg,
          shard,
          share: 1 / plan.shardCount,
          cause: cause === undefined ? 'the generator ended without a result' : new TextDecoder().decode(cause),
        })
      }
    }
    await objects.put(keys.legSummary(runId, leg), encodeSummary(mergeShardResults(plan, results, lost)))
    return { merged: true }
  }
