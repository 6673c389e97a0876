import type { ObjectStore } from './object-store.ts'
import { StoreError } from './store-error.ts'

/** A stored JSON document that names its own kind and version: `squall.plan.v1`. */
export type Artifact = { readonly schema: string }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function putArtifact<T extends Artifact>(objects: ObjectStore, key: string, artifact: T): Promise<void> {
  return objects.put(key, encoder.encode(JSON.stringify(artifact)))
}

/** Writes it only where nothing is; false if something is. */
export function putArtifactIfAbsent<T extends Artifact>(
  objects: ObjectStore,
  key: string,
  artifact: T,
): Promise<boolean> {
  return objects.putIfAbsent(key, encoder.encode(JSON.stringify(artifact)))
}

/**
 * Reads an artifact of the kind and version that is asked for; undefined where there is none.
 * Throws a `StoreError` for another kind or version, and for what is not JSON.
 */
export async function getArtifact<T extends Artifact>(
  objects: ObjectStore,
  key: string,
  schema: T['schema'],
): Promise<T | undefined> {
  const bytes = await objects.get(key)
  if (bytes === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch (error) {
    throw new StoreError(`${key} is damaged: it is not JSON`, 'DAMAGED', error)
  }
  const found = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined
  if (found !== schema)
    throw new StoreError(`${key} is ${found ?? 'of no kind'}, where ${schema} is expected`, 'VERSION')
  // The literal was checked; the rest was written by this project under that literal.
  return value as T
}

/** The same, where its absence means that the run was never begun or has been deleted. */
export async function needArtifact<T extends Artifact>(
  objects: ObjectStore,
  key: string,
  schema: T['schema'],
): Promise<T> {
  const artifact = await getArtifact<T>(objects, key, schema)
  if (artifact === undefined) throw new StoreError(`${key} is missing`, 'MISSING')
  return artifact
}
