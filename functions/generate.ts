import type { Clock } from '../lib/generate/clock.ts'
import { maskError, maskSecrets } from '../lib/generate/mask.ts'
import { runShard } from '../lib/generate/run-shard.ts'
import { encodeShardResult, type ShardResult } from '../lib/measure/shard-result.ts'
import { type DataSlice, decodeDataSlice, wholeSlice } from '../lib/plan/data-slice.ts'
import { sliceLeg } from '../lib/plan/leg-slices.ts'
import type { Plan } from '../lib/plan/plan.ts'
import type { JsonValue } from '../lib/scenario/json.ts'
import { needArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { ownWrites } from '../lib/store/own-writes.ts'
import type { Control } from '../lib/store/run-store.ts'
import { readAttachedFiles, readBefore, readRows } from '../lib/workflow/attachments.ts'
import { awaitHolder, claimShard } from '../lib/workflow/claim.ts'
import { openDispatchers } from '../lib/workflow/open-dispatchers.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import { type Secrets, secretValues } from '../lib/workflow/secrets.ts'
import { type ShardInput, shardInput } from '../lib/workflow/task-input.ts'

/** Waits of 0.5, 1, 2, 4 and 8 s are 15.5 s in all, of the 20 that an upload has (decision 7). */
const longestWaitMs = 8000

export type GeneratePorts = Ports & {
  readonly clock: Clock
  /** This attempt's own: no other one has it, a retry by the service included. */
  readonly nonce: string
  /** Resolves to the clock's instant (µs) of the load's start, which all generators of the leg share. */
  awaitStart(plan: Plan, leg: number, stopped: AbortSignal): Promise<number>
}

/**
 * State Generate: sends one shard of one leg, at most once, and stores what was measured, or why it failed. Where another
 * attempt has the shard it sends nothing and waits for that one's end.
 */
export const generate =
  (world: GeneratePorts) =>
  async (input: unknown): Promise<{ readonly sent: boolean }> => {
    const at = shardInput(input)
    const ports = { ...world, objects: ownWrites(world.objects, at) }
    const { objects } = ports
    if (!(await claimShard(objects, keys.claim(at.runId, at.leg, at.shard), ports.nonce))) {
      await awaitHolder(ports, await readPlan(objects, at), at)
      return { sent: false }
    }
    try {
      await send(ports, at)
    } catch (error) {
      const cause = new TextEncoder().encode(error instanceof Error ? error.message : String(error))
      // Where not even this can be stored, the shard is lost all the same, and Merge says so.
      await objects.put(keys.shardCause(at.runId, at.leg, at.shard), cause).catch(() => {})
      throw error
    }
    return { sent: true }
  }

function readPlan(objects: Ports['objects'], { runId }: ShardInput): Promise<Plan> {
  return needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
}

async function send(ports: GeneratePorts, at: ShardInput): Promise<void> {
  const { objects } = ports
  const plan = await readPlan(objects, at)
  const secrets = await ports.secrets(plan.scenario.secrets)
  const before = (await readBefore(objects, at.runId)) ?? {}
  try {
    const result = await measure(ports, plan, at, secrets, before)
    await storeResult(ports, keys.shardResult(at.runId, at.leg, at.shard), encodeShardResult(result))
  } catch (error) {
    // It goes into the shard's cause, the function's log and the execution's history.
    throw maskError(error, maskSecrets({ secrets: secretValues(secrets), before }))
  }
}

async function measure(
  ports: GeneratePorts,
  plan: Plan,
  at: ShardInput,
  secrets: Secrets,
  before: Readonly<Record<string, JsonValue>>,
): Promise<ShardResult> {
  const { objects, clock } = ports
  const { runId, leg, shard } = at
  const files = await readAttachedFiles(objects, runId)
  return runShard(plan, leg, shard, {
    clock,
    dispatchers: await openDispatchers(ports, plan.scenario, files, secrets),
    slices: await readSlices(objects, plan, at),
    files,
    before,
    secrets: secretValues(secrets),
    awaitStart: stopped => ports.awaitStart(plan, leg, stopped),
    control: { read: () => readControl(ports, plan, leg) },
    snapshot: bytes => objects.put(keys.snapshot(runId, leg, shard), bytes),
  })
}

/**
 * A later leg begins while the run has long been watched. Where its watcher has given no sign of life for the length of the
 * lease, the control item is as good as unreadable, and the leg sends nothing. (Two functions' clocks differ by far less.)
 */
async function readControl({ runs, epochMs }: Ports, plan: Plan, leg: number): Promise<Control | undefined> {
  const control = await runs.control(plan.runId)
  if (control !== undefined && leg > 0 && epochMs() - control.beatAtMs > plan.leaseMs) return undefined
  return control
}

/** Tries again for as long as Watch waits for an upload: what was measured cannot be measured again. */
async function storeResult({ objects, sleep }: Ports, key: string, bytes: Uint8Array): Promise<void> {
  for (let waitMs = 500; ; waitMs *= 2) {
    try {
      await objects.put(key, bytes)
      return
    } catch (error) {
      if (waitMs > longestWaitMs) throw error
      await sleep(waitMs)
    }
  }
}

/** A shard that may ask for every row of a set has no slice of it. */
async function readSlices(objects: Ports['objects'], plan: Plan, at: ShardInput): Promise<DataSlice[]> {
  const slices: DataSlice[] = []
  for (const { name } of plan.scenario.data) {
    const bytes = await objects.get(keys.slice(at.runId, sliceLeg(plan, at.leg), at.shard, name))
    if (bytes !== undefined) slices.push(decodeDataSlice(bytes))
    else slices.push(wholeSlice(name, (await readRows(objects, at.runId, name)) ?? []))
  }
  return slices
}
