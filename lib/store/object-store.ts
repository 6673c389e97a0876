/** Artifacts by key: files locally, S3 in the cloud. Keys come from `keys.ts` only. */
export interface ObjectStore {
  /** Undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Replaces what is there, atomically: a reader sees the old bytes or the new, never a part. */
  put(key: string, body: Uint8Array): Promise<void>
  /** Writes only where nothing is; false if something is (S3: If-None-Match: *). */
  putIfAbsent(key: string, body: Uint8Array): Promise<boolean>
  /** Keys that begin with the prefix, in order. */
  list(prefix: string): Promise<readonly string[]>
  delete(key: string): Promise<void>
}
