import type { ObjectStore } from '../../lib/store/object-store.ts'

export type MemoryObjects = ObjectStore & {
  /** How often each method has been called. */
  readonly calls: Record<keyof ObjectStore, number>
}

/** An object store in memory, for tests of what is asked of a store rather than of the store. */
export function memoryObjects(): MemoryObjects {
  const kept = new Map<string, Uint8Array>()
  const calls = { get: 0, put: 0, putIfAbsent: 0, list: 0, delete: 0 }
  return {
    calls,
    async get(key) {
      calls.get++
      return kept.get(key)
    },
    async put(key, body) {
      calls.put++
      kept.set(key, body)
    },
    async putIfAbsent(key, body) {
      calls.putIfAbsent++
      if (kept.has(key)) return false
      kept.set(key, body)
      return true
    },
    async list(prefix) {
      calls.list++
      return [...kept.keys()].filter(key => key.startsWith(prefix)).sort()
    },
    async delete(key) {
      calls.delete++
      kept.delete(key)
    },
  }
}
