import { sliceRows } from '../lib/plan/data-rows.ts'
import { encodeDataSlice } from '../lib/plan/data-slice.ts'
import { makePlan } from '../lib/plan/make-plan.ts'
import type { Plan } from '../lib/plan/plan.ts'
import type { DataRow } from '../lib/scenario/data-set.ts'
import { needArtifact, putArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { runBefore } from '../lib/workflow/before-after.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'

/** Small on purpose: every state's payload stays far below 256 KiB whatever the run (decision 10). */
export type PlanOutput = {
  readonly runId: string
  readonly shards: readonly number[]
  readonly legs: readonly { readonly number: number; readonly invokeAt: string }[]
}

/**
 * State Plan: the request becomes a plan, the data sets become slices, `before:` runs. Throws where `before:` fails; then
 * the run is recorded as refused, with the reason, and no load is sent.
 */
export const plan =
  (ports: Ports) =>
  async ({ runId }: { readonly runId: string }): Promise<PlanOutput> => {
    const request = await needArtifact<RunRequest>(ports.objects, keys.request(runId), 'squall.request.v1')
    const planned = makePlan({ ...request, nowMs: ports.epochMs(), local: true })
    await writeSlices(ports, planned, request.sets)
    const before = await runBefore(ports, planned)
    if (!before.ok) {
      await ports.runs.update(runId, {
        state: 'refused',
        endedAt: new Date(ports.epochMs()).toISOString(),
        headline: before.reason,
      })
      throw new Error(before.reason)
    }
    await putArtifact(ports.objects, keys.plan(runId), planned)
    await ports.runs.update(runId, { state: 'running' })
    return {
      runId,
      shards: Array.from({ length: planned.shardCount }, (_, shard) => shard),
      legs: planned.legs.map(({ number, invokeAt }) => ({ number, invokeAt })),
    }
  }

/** Every shard gets only the rows that its iterations can ask for. */
async function writeSlices({ objects }: Ports, planned: Plan, sets: readonly string[]): Promise<void> {
  for (const set of planned.scenario.data) {
    if (!sets.includes(set.name)) continue
    const { rows } = await needArtifact<StoredRows>(objects, keys.rows(planned.runId, set.name), 'squall.rows.v1')
    for (const { number: leg } of planned.legs)
      for (let shard = 0; shard < planned.shardCount; shard++) {
        const slice = sliceRows(planned, set, shard, leg).flatMap(number => {
          const row = rows[number]
          return row === undefined ? [] : [[number, row] as const]
        })
        await objects.put(
          keys.slice(planned.runId, leg, shard, set.name),
          encodeDataSlice({ schema: 'squall.data-slice.v1', set: set.name, rows: slice }),
        )
      }
  }
}

/** A whole data set as it was uploaded with the request. */
export type StoredRows = { readonly schema: 'squall.rows.v1'; readonly set: string; readonly rows: readonly DataRow[] }
