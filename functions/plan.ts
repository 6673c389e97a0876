import { lowestBudget } from '../lib/plan/budget.ts'
import { dataSlice, encodeDataSlice } from '../lib/plan/data-slice.ts'
import { legSliceRows, sliceLeg } from '../lib/plan/leg-slices.ts'
import { makePlan, type PlanInput } from '../lib/plan/make-plan.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { getArtifact, needArtifact, putArtifactIfAbsent } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { readRows, storeBefore } from '../lib/workflow/attachments.ts'
import { runOutside } from '../lib/workflow/before-after.ts'
import { mapAhead } from '../lib/workflow/map-ahead.ts'
import { planRefusals, refusalText } from '../lib/workflow/plan-refusals.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'
import { runInput } from '../lib/workflow/task-input.ts'

/** Slices that are written at once. */
const atOnce = 32
/** From the begin of Plan, which has 60 s in AWS: what is not done then is refused while there is time to say so. */
const LONGEST_BEFORE_MS = 45_000

/** Small on purpose: every state's payload stays far below 256 KiB whatever the run (decision 10). */
export type PlanOutput = {
  runId: string
  shards: number[]
  legs: { number: number; invokeAt: string }[]
}

/**
 * State Plan: the request becomes a plan, the data sets become slices, `before:` runs. Throws where something forbids the
 * run (`planRefusals`) or `before:` fails; then the run is recorded as refused, with all reasons, and no load is sent.
 * An abort ends `before:` and is no failure. Done again after it was done it gives the same plan.
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
    const planNow = () => makePlan({ ...request, nowMs: epochMs(), ...planningInput(ports, request) })
    const planned = planNow()
    const faults = await planRefusals(ports, planned)
    if (faults.length > 0) return refuse(ports, runId, refusalText(faults))
    await writeSlices(objects, planned, request.sets)
    const longestMs = ports.planning.kind === 'local' ? undefined : LONGEST_BEFORE_MS - (epochMs() - begunMs)
    const before = await runOutside(ports, planned, 'before', longestMs)
    if (!before.ok && (await runs.control(runId))?.abort === undefined) {
      return refuse(ports, runId, before.failure)
    }
    // After an abort the run goes on to its report: every generator sees the abort before it sends anything.
    if (before.ok && planned.scenario.before.length > 0) await storeBefore(objects, runId, before.saved)
    // Slices and `before:` take their time, and the common start lies so far ahead of what comes now.
    const final = planNow()
    const facts = { state: 'running', generators: final.shardCount, loadMs: final.loadMs } as const
    if (!(await runs.update(runId, facts, ['planned', 'running']))) throw await givenUp(ports, runId)
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
async function givenUp({ runs }: Ports, runId: string): Promise<Error> {
  const { headline = 'its record is gone' } = (await runs.get(runId)) ?? {}
  return new Error(`the run was given up before it was planned: ${headline}`)
}

function planOutput({ runId, shardCount, legs }: Plan): PlanOutput {
  return {
    runId,
    shards: Array.from({ length: shardCount }, (_, shard) => shard),
    legs: legs.map(({ number, invokeAt }) => ({ number, invokeAt })),
  }
}

/** On this machine a run costs nothing, and no budget means anything. */
function planningInput(
  { planning }: Ports,
  { scenario, estimateUsdMax }: RunRequest,
): Pick<PlanInput, 'local' | 'legTimes' | 'budget'> {
  if (planning.kind === 'local') return { local: true }
  const { legTimes, ceilings } = planning
  const budget = lowestBudget({
    scenario: scenario.budgetUsd,
    caller: estimateUsdMax,
    deployment: ceilings?.budgetUsd,
  })
  return { local: false, legTimes, ...(budget !== undefined && { budget }) }
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
