import { hostname } from 'node:os'
import type { RunRecord, RunStore } from '../store/run-store.ts'

/** Runs whose id begins with the text; `last` is the newest. More than one: the text is ambiguous. */
export async function findRuns(runs: RunStore, text: string): Promise<readonly RunRecord[]> {
  if (text === 'last') return (await runs.list({ limit: 1 })).records
  const exact = await runs.get(text)
  if (exact !== undefined) return [exact]
  return (await runs.list({ limit: 10_000 })).records.filter(({ id }) => id.startsWith(text))
}

/** A beat that is older than this belongs to a run whose process is gone. */
const staleAfterMs = 30_000
/**
 * So long nobody may raise the beat of a run in the cloud while it is well: the Map waits 930 s for a generator that
 * hangs, and the Merge or Aggregate after it may take 900 s. Who ends an execution before its time ends the run, too, so
 * this is for what is gone without a trace.
 */
export const LONGEST_SILENCE_MS = 1_830_000

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is such a process, and it is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * The record with the state as it really is: a run that says it is under way while its process has ended, or its watcher
 * has been silent for 30 s (or as long as is given), is lost.
 */
export async function withTrueState(
  runs: RunStore,
  record: RunRecord,
  nowMs: number,
  silentMs = staleAfterMs,
): Promise<RunRecord> {
  if (record.state !== 'running' && record.state !== 'planned') return record
  const control = await runs.control(record.id)
  const silent = control === undefined || nowMs - control.beatAtMs > silentMs
  const dead = record.host === hostname() && record.pid !== undefined && !processIsAlive(record.pid)
  return silent || dead ? { ...record, state: 'lost' } : record
}
