import type { ObjectStore } from '../../lib/store/object-store.ts'

/** A store with some of its operations replaced: they fail, or do something meanwhile. */
export function changedObjects(kept: ObjectStore, changed: Partial<ObjectStore>): ObjectStore {
  return {
    get: key => kept.get(key),
    list: prefix => kept.list(prefix),
    delete: key => kept.delete(key),
    put: (key, body) => kept.put(key, body),
    putIfAbsent: (key, body) => kept.putIfAbsent(key, body),
    ...changed,
  }
}
