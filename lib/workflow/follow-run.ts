import { setTimeout as sleep } from 'node:timers/promises'
import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import { type Artifact, getArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { LiveRecord } from './live-record.ts'

/** Who is told of a run while it goes on. */
export type Follower = {
  /** Called once, as soon as the plan is made. */
  readonly onPlan?: (plan: Plan) => void
  /** Called with live figures about twice a second. */
  readonly onLive?: (live: LiveFigures) => void
}

/** How often the live record is looked at. */
const followEveryMs = 250

/**
 * Tells the follower of the plan and of live figures until `ended`. What cannot be read for the moment is looked for
 * again the next time. Rejects only with what the follower itself throws.
 */
export async function followRun(
  objects: ObjectStore,
  runId: string,
  { onPlan, onLive }: Follower,
  ended: AbortSignal,
): Promise<void> {
  let planned = false
  let lastMs = -1
  while (!ended.aborted) {
    await sleep(followEveryMs, undefined, { signal: ended }).catch(() => {})
    if (!planned) {
      const made = await readIfAny<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
      planned = made !== undefined
      if (made !== undefined) onPlan?.(made)
    }
    const record = await readIfAny<LiveRecord>(objects, keys.live(runId), 'squall.live.v1')
    if (record !== undefined && record.live.atMs !== lastMs) {
      lastMs = record.live.atMs
      onLive?.(record.live)
    }
  }
}

async function readIfAny<T extends Artifact>(
  objects: ObjectStore,
  key: string,
  schema: T['schema'],
): Promise<T | undefined> {
  try {
    return await getArtifact<T>(objects, key, schema)
  } catch (error) {
    if (error instanceof StoreError) return undefined
    throw error
  }
}
