import { dataSlice, encodeDataSlice } from '../lib/plan/data-slice.ts'
import { legSliceRows, sliceLeg } from '../lib/plan/leg-slices.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { getArtifact, needArtifact, putArtifactIfAbsent } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { readRows } from '../lib/workflow/attachments.ts'
import { runOutside } from '../lib/workflow/before-after.ts'
import { mapAhead } from '../lib/workflow/map-ahead.ts'
import { planRefusals, refusalText } from '../lib/workflow/plan-refusals.ts'
import { planRequest } from '../lib/workflow/plan-request.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'
import { runInput } from '../lib/workflow/task-input.ts'
import { undoBefore } from '../lib/workflow/undo-before.ts'

/** Slices that are written at once. */
const atOnce = 32
/** From the begin of Plan, which has 60 s in AWS: what is not done then is refused while there is time to say so. */
const LONGEST_BEFORE_MS = 45_000
/** The same, for an `after:` that follows a `before:` that failed. */
const LONGEST_UNDO_MS = 55_000

/** Small on purpose: every state's payload stays far below 256 KiB whatever the run (decision 10). */
export type PlanOutput = {
  runId: string
  shards: number[]
  legs: { number: number; invokeAt: string }[]
}

/**
 * State Plan: the request becomes a plan, the data sets become slices, `before:` runs. Throws where something forbids the
 * run (`planRefusals`) or `before:` fails; then the run is recorded as refused, with all reasons, and no load is sent.
 * What `before:` had done by then is for `after:` to clean up. An abort ends `before:` and is no failure. Done again after it
 * was done it gives the same plan.
 */
export const plan =
  (ports: Ports) =>
  async (input: unknown): Promise<PlanOutput> => {
    const { runId } = runInput(input)
    const { objects, runs, epochMs } = ports
    const begunMs = epochMs()
    const known = await getArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    if (known !== undefined) return planOutput(known)
    const request = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
    const planned = planRequest(ports, request)
    const faults = await planRefusals(ports, planned)
    if (faults.length > 0) return refuse(ports, runId, refusalText(faults))
    await writeSlices(objects, planned, request.sets)
    const left = (longestMs: number) =>
      ports.planning.kind === 'local' ? undefined : longestMs - (epochMs() - begunMs)
    const undo = (failure: string) => undoBefore(ports, planned, failure, left(LONGEST_UNDO_MS))
    const before = await runOutside(ports, planned, 'before', left(LONGEST_BEFORE_MS))
    if (!before.ok && (await runs.control(runId))?.abort === undefined) {
      const faster = await getArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
      return faster === undefined ? refuse(ports, runId, await undo(before.failure)) : planOutput(faster)
    }
    // After an abort the run goes on to its report: every generator sees the abort before it sends anything.
    // Slices and `before:` take their time, and the common start lies so far ahead of what comes now.
    const final = planRequest(ports, request)
    const facts = { state: 'running', generators: final.shardCount, loadMs: final.loadMs } as const
    if (!(await runs.update(runId, facts, ['planned', 'running']))) throw await givenUp(ports, runId, undo)
    if (!(await putArtifactIfAbsent(objects, keys.plan(runId), final)))
      // An invocation that was taken for dead was faster: what it has planned is what others work by.
      return planOutput(await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1'))
    return planOutput(final)
  }

async function refuse({ runs, epochMs }: Ports, runId: string, headline: string): Promise<never> {
  const endedAt = new Date(epochMs()).toISOString()
  await runs.update(runId, { state: 'refused', endedAt, headline }, ['planned', 'running'])
  throw new Error(headline)
}

/** Its execution has ended without this invocation, which goes on for a while all the same. */
async function givenUp({ runs }: Ports, runId: string, undo: (failure: string) => Promise<string>): Promise<Error> {
  const { headline = 'its record is gone' } = (await runs.get(runId)) ?? {}
  const told = await undo(headline)
  if (told !== headline) await runs.update(runId, { headline: told }, ['refused'])
  return new Error(`the run was given up before it was planned: ${told}`)
}

function planOutput({ runId, shardCount, legs }: Plan): PlanOutput {
  return {
    runId,
    shards: Array.from({ length: shardCount }, (_, shard) => shard),
    legs: legs.map(({ number, invokeAt }) => ({ number, invokeAt })),
  }
}

/** Every shard gets only the rows that its iterations can ask for; one that may ask for all of a set reads that. */
async function writeSlices(objects: Ports['objects'], planned: Plan, sets: readonly string[]): Promise<void> {
  const { runId, shardCount } = planned
  const firstLegs = planned.legs.map(leg => leg.number).filter(leg => sliceLeg(planned, leg) === leg)
  const places = firstLegs.flatMap(leg => Array.from({ length: shardCount }, (_, shard) => ({ leg, shard })))
  for (const set of planned.scenario.data) {
    if (!sets.includes(set.name)) continue
    const rows = (await readRows(objects, runId, set.name)) ?? []
    const write = async ({ leg, shard }: { leg: number; shard: number }): Promise<void> => {
      const numbers = legSliceRows(planned, set, shard, leg)
      if (numbers.length === rows.length) return
      await objects.put(keys.slice(runId, leg, shard, set.name), encodeDataSlice(dataSlice(set.name, numbers, rows)))
    }
    for await (const _ of mapAhead(places, atOnce, write));
  }
}
