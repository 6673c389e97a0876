import { randomUUID } from 'node:crypto'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ReadUploads } from './read-uploads.ts'

/** The files of a kept scenario: an upload's time is over some day, and a nightly run wants them on that day, too. */
export type KeptFiles = {
  /** SHA-256 by path. */
  readonly files: Readonly<Record<string, string>>
  /** Which copy of them is the scenario's own; absent where it has none. */
  readonly copyId?: string | undefined
}

/**
 * Copies the files to where nothing expires. Each PUT makes a copy of its own, so that who replaces or removes a document
 * knows without counting that nobody else names the copy. Of a copy that fails nothing is left, where the store lets go of it.
 */
export async function copyFiles(
  objects: Pick<ObjectStore, 'put' | 'delete'>,
  files: KeptFiles['files'],
  contents: ReadUploads['contents'],
): Promise<string | undefined> {
  if (contents.size === 0) return undefined
  const copyId = randomUUID()
  const begun: string[] = []
  try {
    for (const [path, bytes] of contents) {
      const sha256 = files[path]
      if (sha256 === undefined) continue
      const key = keys.kept(copyId, sha256)
      // Before it is written: the answer may be lost of a write that was made.
      begun.push(key)
      await objects.put(key, bytes)
    }
  } catch (error) {
    await Promise.allSettled(begun.map(key => objects.delete(key)))
    throw error
  }
  return copyId
}

export async function removeCopy(objects: Pick<ObjectStore, 'delete'>, { files, copyId }: KeptFiles): Promise<void> {
  if (copyId === undefined) return
  for (const sha256 of new Set(Object.values(files))) await objects.delete(keys.kept(copyId, sha256))
}
