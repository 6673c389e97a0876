import type { DataRow } from '../scenario/data-set.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Attachments } from '../scenario/scenario.ts'
import { getArtifact, needArtifact, putArtifact, putArtifactIfAbsent } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { RunRequest } from './run-request.ts'

/** A whole data set as it was stored with the request. */
type StoredRows = { readonly schema: 'squall.rows.v1'; readonly set: string; readonly rows: readonly DataRow[] }

/** That `before:` was begun, and what it saved, for all flows and `after:` to read. */
type StoredBefore = { readonly schema: 'squall.before.v1'; readonly saved: Readonly<Record<string, JsonValue>> }

/** Stores what stands beside a scenario: body files and whole data sets. */
export async function storeAttachments(
  objects: ObjectStore,
  runId: string,
  { files, rows }: Attachments,
): Promise<void> {
  for (const [path, bytes] of files) await objects.put(keys.file(runId, path), bytes)
  for (const [set, list] of rows)
    await putArtifact<StoredRows>(objects, keys.rows(runId, set), { schema: 'squall.rows.v1', set, rows: list })
}

/** A whole data set; undefined where none was attached. */
export async function readRows(
  objects: ObjectStore,
  runId: string,
  set: string,
): Promise<readonly DataRow[] | undefined> {
  return (await getArtifact<StoredRows>(objects, keys.rows(runId, set), 'squall.rows.v1'))?.rows
}

/** The body files by the path that the scenario names them by. */
export async function readAttachedFiles(objects: ObjectStore, runId: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { files } = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
  const found = new Map<string, Uint8Array>()
  for (const path of files) {
    const bytes = await objects.get(keys.file(runId, path))
    if (bytes !== undefined) found.set(path, bytes)
  }
  return found
}

/** That `before:` begins: from here on there may be something to clean up. What another attempt has saved stays. */
export async function noteBefore(objects: ObjectStore, runId: string): Promise<void> {
  await putArtifactIfAbsent<StoredBefore>(objects, keys.before(runId), { schema: 'squall.before.v1', saved: {} })
}

export function storeBefore(objects: ObjectStore, runId: string, saved: StoredBefore['saved']): Promise<void> {
  return putArtifact<StoredBefore>(objects, keys.before(runId), { schema: 'squall.before.v1', saved })
}

/** Undefined where `before:` was not begun. */
export async function readBefore(objects: ObjectStore, runId: string): Promise<StoredBefore['saved'] | undefined> {
  return (await getArtifact<StoredBefore>(objects, keys.before(runId), 'squall.before.v1'))?.saved
}
