/** The store could not keep or give what was asked: a full disk, a folder that may not be written. `message` is for the user. */
export class StoreError extends Error {
  readonly code: string
  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StoreError'
    this.code = code
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
}

/** Why the operating system refused, in words. */
export function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
  return { code, reason: reasons[code] ?? (error instanceof Error ? error.message : String(error)) }
}

/** Turns a refusal of the operating system into a sentence that names the path. */
export function storeError(doing: string, path: string, error: unknown): StoreError {
  const { code, reason } = reasonOf(error)
  return new StoreError(`cannot ${doing} ${path}: ${reason}`, code, error)
}
