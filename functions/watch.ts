import { abortBreach } from '../lib/judge/abort-breach.ts'
import { mergeSnapshots } from '../lib/measure/snapshot.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { needArtifact, putArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import type { LiveRecord } from '../lib/workflow/live-record.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import { thresholdStop } from '../lib/workflow/stop-reason.ts'
import { runInput } from '../lib/workflow/task-input.ts'

/**
 * State Watch: raises the beat, merges the generators' snapshots into the live record, stops the load at a breached
 * abort threshold, and returns as soon as every shard has ended, or with `running: true` after five minutes. The lease
 * holds for both sides: where no generator is known to be invoked later, and none has been heard of for so long, they
 * have ended without leaving a trace.
 */
export const watch =
  ({ objects, runs, epochMs, sleep }: Ports) =>
  async (input: unknown): Promise<{ running: boolean }> => {
    const { runId } = runInput(input)
    const plan = await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    const startedMs = epochMs()
    let beatMs = Number.NEGATIVE_INFINITY
    let heardMs = startedMs
    let heardAtMs = Number.NEGATIVE_INFINITY
    for (;;) {
      if (epochMs() - beatMs >= plan.beatEveryMs) {
        await runs.beat(runId)
        beatMs = epochMs()
      }
      const snapshots = []
      for (const { number: leg } of plan.legs)
        for (let shard = 0; shard < plan.shardCount; shard++) {
          const bytes = await objects.get(keys.snapshot(runId, leg, shard))
          if (bytes !== undefined) snapshots.push(bytes)
        }
      if (snapshots.length > 0) {
        const live = mergeSnapshots(snapshots, plan)
        if (live.atMs !== heardAtMs) heardMs = epochMs()
        heardAtMs = live.atMs
        await putArtifact<LiveRecord>(objects, keys.live(runId), { schema: 'squall.live.v1', live })
        const breach = abortBreach(plan, live)
        if (breach !== undefined) await runs.abort(runId, thresholdStop.format(breach.text))
      }
      if (await allEnded(objects, plan, epochMs())) return { running: false }
      if (plan.startAtMs === undefined && epochMs() - heardMs > plan.leaseMs) return { running: false }
      if (epochMs() - startedMs >= plan.watchTurnMs) return { running: true }
      await sleep(plan.snapshotEveryMs)
    }
  }

/**
 * Every leg is merged, or each of its shards has left a result or the cause of its end, or is past the time in which it
 * could. A shard whose store was full has left neither: Merge comes after it all the same.
 */
async function allEnded(objects: Ports['objects'], plan: Plan, nowMs: number): Promise<boolean> {
  for (const { number: leg, toMs } of plan.legs) {
    if ((await objects.get(keys.legSummary(plan.runId, leg))) !== undefined) continue
    const lastMs = (plan.startAtMs ?? Number.POSITIVE_INFINITY) + toMs + plan.changeMs + plan.drainMs + plan.uploadMs
    if (nowMs > lastMs) continue
    for (let shard = 0; shard < plan.shardCount; shard++) {
      const ended =
        (await objects.get(keys.shardResult(plan.runId, leg, shard))) ??
        (await objects.get(keys.shardCause(plan.runId, leg, shard)))
      if (ended === undefined) return false
    }
  }
  return true
}
