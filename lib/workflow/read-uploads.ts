import type { Fault } from '../scenario/fault.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { KeptFiles } from './kept-files.ts'

/** All files of a scenario are held at once, by a function of fixed memory. */
export const MAX_FILES_BYTES = 100_000_000

export type ReadUploads = { readonly contents: ReadonlyMap<string, Uint8Array>; readonly faults: readonly Fault[] }

/**
 * The uploads that a scenario's files are, or its own copy of them, by path. No more is read once they are more than a run
 * may have.
 */
export async function readUploads(
  objects: Pick<ObjectStore, 'get'>,
  { files, copyId }: KeptFiles,
): Promise<ReadUploads> {
  const contents = new Map<string, Uint8Array>()
  const faults: Fault[] = []
  let bytesLeft = MAX_FILES_BYTES
  for (const [path, sha256] of Object.entries(files)) {
    const own = copyId === undefined ? undefined : await objects.get(keys.kept(copyId, sha256))
    const bytes = own ?? (await objects.get(keys.upload(sha256)))
    if (bytes === undefined) {
      faults.push({
        path: `files.${path}`,
        message: `there is no upload ${sha256}`,
        expected: 'the SHA-256 of bytes that were put where POST /uploads says',
      })
      continue
    }
    bytesLeft -= bytes.length
    if (bytesLeft < 0) {
      const message = `with ${path} the files have more than ${MAX_FILES_BYTES} bytes together`
      return { contents, faults: [...faults, { path: `files.${path}`, message, expected: 'smaller or fewer files' }] }
    }
    contents.set(path, bytes)
  }
  return { contents, faults }
}
