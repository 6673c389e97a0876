import { sliceRows } from '../lib/plan/data-rows.ts'
import { dataSlice, encodeDataSlice } from '../lib/plan/data-slice.ts'
import { makePlan, type PlanInput } from '../lib/plan/make-plan.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { needArtifact, putArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { readRows, storeBefore } from '../lib/workflow/attachments.ts'
import { runOutside } from '../lib/workflow/before-after.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'
import { runInput } from '../lib/workflow/task-input.ts'

/** Small on purpose: every state's payload stays far below 256 KiB whatever the run (decision 10). */
export type PlanOutput = {
  runId: string
  shards: number[]
  legs: { number: number; invokeAt: string }[]
}

/**
 * State Plan: the request becomes a plan, the data sets become slices, `before:` runs. Throws where `before:` fails; then
 * the run is recorded as refused, with the reason, and no load is sent. An abort ends `before:` and is no failure.
 */
export const plan =
  (ports: Ports) =>
  async (input: unknown): Promise<PlanOutput> => {
    const { runId } = runInput(input)
    const { objects, runs, epochMs } = ports
    const request = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
    const planNow = () => makePlan({ ...request, nowMs: epochMs(), ...planningInput(ports) })
    const planned = planNow()
    await writeSlices(objects, planned, request.sets)
    const before = await runOutside(ports, planned, 'before')
    if (!before.ok && (await runs.control(runId))?.abort === undefined) {
      const endedAt = new Date(epochMs()).toISOString()
      await runs.update(runId, { state: 'refused', endedAt, headline: before.failure })
      throw new Error(before.failure)
    }
    // After an abort the run goes on to its report: every generator sees the abort before it sends anything.
    if (before.ok && planned.scenario.before.length > 0) await storeBefore(objects, runId, before.saved)
    // Slices and `before:` take their time, and the common start lies so far ahead of what comes now.
    const final = planNow()
    await putArtifact(objects, keys.plan(runId), final)
    await runs.update(runId, { state: 'running' })
    return {
      runId,
      shards: Array.from({ length: final.shardCount }, (_, shard) => shard),
      legs: final.legs.map(({ number, invokeAt }) => ({ number, invokeAt })),
    }
  }

function planningInput({ planning }: Ports): Pick<PlanInput, 'local' | 'legTimes'> {
  return planning.kind === 'local' ? { local: true } : { local: false, legTimes: planning.legTimes }
}

/** Every shard gets only the rows that its iterations can ask for. */
async function writeSlices(objects: Ports['objects'], planned: Plan, sets: readonly string[]): Promise<void> {
  for (const set of planned.scenario.data) {
    if (!sets.includes(set.name)) continue
    const rows = await readRows(objects, planned.runId, set.name)
    for (const { number: leg } of planned.legs)
      for (let shard = 0; shard < planned.shardCount; shard++) {
        const slice = dataSlice(set.name, sliceRows(planned, set, shard, leg), rows)
        await objects.put(keys.slice(planned.runId, leg, shard, set.name), encodeDataSlice(slice))
      }
  }
}
