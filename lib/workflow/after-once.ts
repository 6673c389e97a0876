import { randomUUID } from 'node:crypto'
import type { Plan } from '../plan/plan.ts'
import { getArtifact, putArtifact, putArtifactIfAbsent } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import { runOutside } from './before-after.ts'
import type { Ports } from './ports.ts'

/** That `after:` was begun, and what became of it. */
type StoredAfter = {
  readonly schema: 'squall.after.v1'
  readonly outcome:
    | { readonly kind: 'begun'; readonly nonce: string }
    | { readonly kind: 'done' }
    | { readonly kind: 'failed'; readonly failure: string }
}

/**
 * Runs `after:`, at most once for a run: Aggregate may be done again, and what cleans up or tells others must not be. The
 * first attempt writes that it has begun, and then what became of it, which the next one tells. Undefined where it went
 * well, or there is none; else why not. Whatever becomes of it, a run that has been measured gets its report.
 */
export async function runAfterOnce(ports: Ports, plan: Plan, longestMs?: number): Promise<string | undefined> {
  if (plan.scenario.after.length === 0) return undefined
  const { objects } = ports
  const key = keys.after(plan.runId)
  const write = (outcome: StoredAfter['outcome']): StoredAfter => ({ schema: 'squall.after.v1', outcome })
  const nonce = randomUUID()
  if (!(await putArtifactIfAbsent(objects, key, write({ kind: 'begun', nonce })))) {
    const found = (await getArtifact<StoredAfter>(objects, key, 'squall.after.v1'))?.outcome
    if (found?.kind === 'failed') return found.failure
    if (found?.kind === 'done') return undefined
    // It is its own where the answer to a write that succeeded was lost.
    if (found?.nonce !== nonce)
      return 'after: an attempt that has not come to its end has begun it, and it is not run twice'
  }
  const failure = await runAfter(ports, plan, longestMs)
  await putArtifact(objects, key, write(failure === undefined ? { kind: 'done' } : { kind: 'failed', failure }))
  return failure
}

async function runAfter(ports: Ports, plan: Plan, longestMs?: number): Promise<string | undefined> {
  try {
    const result = await runOutside(ports, plan, 'after', longestMs)
    return result.ok ? undefined : result.failure
  } catch (error) {
    return `after: ${error instanceof Error ? error.message : String(error)}`
  }
}
