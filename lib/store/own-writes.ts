import { keys } from './keys.ts'
import type { ObjectStore } from './object-store.ts'
import { StoreError } from './store-error.ts'

/**
 * A store in which one shard of one leg may write its own artifacts and its own live snapshot, and nothing else. The
 * function's role is bound to such keys of any run, because no run is known when it is made; this binds it to its own.
 */
export function ownWrites(
  store: ObjectStore,
  { runId, leg, shard }: { readonly runId: string; readonly leg: number; readonly shard: number },
): ObjectStore {
  const artifacts = keys.shard(runId, leg, shard)
  const snapshot = keys.snapshot(runId, leg, shard)
  const own = (key: string): void => {
    if (key === snapshot || (key.startsWith(artifacts) && !key.slice(artifacts.length).includes('/'))) return
    throw new StoreError(`${key} is not of this shard, and a generator writes nothing else`, 'NOT_OWN')
  }
  return {
    get: key => store.get(key),
    list: prefix => store.list(prefix),
    async put(key, body) {
      own(key)
      await store.put(key, body)
    },
    async putIfAbsent(key, body) {
      own(key)
      return store.putIfAbsent(key, body)
    },
    async delete(key) {
      own(key)
      await store.delete(key)
    },
  }
}
