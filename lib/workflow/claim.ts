import type { ObjectStore } from '../store/object-store.ts'

/**
 * Claims a shard with a write-once object that holds the attempt's nonce (decision 6). True if this attempt may send:
 * it wrote the claim, or an earlier try of its own did. False if another attempt holds it; then nothing may be sent.
 */
export async function claimShard(objects: ObjectStore, key: string, nonce: string): Promise<boolean> {
  if (await objects.putIfAbsent(key, new TextEncoder().encode(nonce))) return true
  const holder = await objects.get(key)
  return holder !== undefined && new TextDecoder().decode(holder) === nonce
}
