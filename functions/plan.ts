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
import type { Ports } from '../lib/workflow/ports.ts'
import { refusedTargets } from '../lib/workflow/refused-targets.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'
import { runInput } from '../lib/workflow/task-input.ts'

/** Slices that are written at once. */
const atOnce = 32

/** Small on purpose: every state's payload stays far below 256 KiB whatever the run (decision 10). */
export type PlanOutput = {
  runId: string
  shards: number[]
  legs: { number: number; invokeAt: string }[]
}

/**
 * State Plan: the request becomes a plan, the data sets become slices, `before:` runs. Throws where `before:` fails, a
 * target is not allowed or a secret is nowhere; then the run is recorded as refused, with the reason, and no load is sent.
 * An abort ends `before:` and is no failure. Done again after it was done it gives the same plan.
 */
export const plan =
  (ports: Ports) =>
  async (input: unknown): Promise<PlanOutput> => {
    const { runId } = runInput(input)
    const { objects, runs, epochMs } = ports
    const known = await getArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    if (known !== undefined) return planOutput(known)
    const request = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
    const planNow = () => makePlan({ ...request, nowMs: epochMs(), ...planningInput(ports, request) })
    const planned = planNow()
    const [fault] = await refusedTargets(ports, planned.scenario)
    if (fault !== undefined) return refuse(ports, runId, `${fault.path}: ${fault.message}`)
    const missing = await missingSecrets(ports, planned.scenario)
    if (missing !== undefined) return refuse(ports, runId, missing)
    await writeSlices(objects, planned, request.sets)
    const before = await runOutside(ports, planned, 'before')
    if (!before.ok && (await runs.control(runId))?.abort === undefined) {
      return refuse(ports, runId, before.failure)
    }
    // After an abort the run goes on to its report: every generator sees the abort before it sends anything.
    if (before.ok && planned.scenario.before.length > 0) await storeBefore(objects, runId, before.saved)
    // Slices and `before:` take their time, and the common start lies so far ahead of what comes now.
    const final = planNow()
    if (!(await putArtifactIfAbsent(objects, keys.plan(runId), final)))
      // An invocation that was taken for dead was faster: what it has planned is what others work by.
      return planOutput(await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1'))
    await runs.update(runId, { state: 'running', generators: final.shardCount, loadMs: final.loadMs })
    return planOutput(final)
  }

/** On this machine the reader of the scenario has found them. */
async function missingSecrets({ planning, secrets }: Ports, scenario: Plan['scenario']): Promise<string | undefined> {
  if (planning.kind === 'local' || scenario.secrets.length === 0) return undefined
  const found = await secrets(scenario.secrets)
  const missing = scenario.secrets.filter(name => !Object.hasOwn(found, name))
  if (missing.length === 0) return undefined
  const names = missing.map(name => `secret.${name}`).join(', ')
  return `${names}: not in Parameter Store or Secrets Manager under the deployment's prefix (secretPrefix in squall.config.ts)`
}

async function refuse({ runs, epochMs }: Ports, runId: string, headline: string): Promise<never> {
  await runs.update(runId, { state: 'refused', endedAt: new Date(epochMs()).toISOString(), headline })
  throw new Error(headline)
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
