import { createHash } from 'node:crypto'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Uploads } from './cloud-uploads.ts'

/** Uploads under `squall serve` come to the same server. */
export const localUploads: Uploads = {
  place: async sha256 => ({ url: `/v1/uploads/${sha256}`, headers: { 'content-type': 'application/octet-stream' } }),
}

/** Keeps what was put under its SHA-256; false where it is other bytes. */
export async function keepUpload(objects: ObjectStore, sha256: string, bytes: Uint8Array): Promise<boolean> {
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) return false
  await objects.put(keys.upload(sha256), bytes)
  return true
}
