import type { DocumentStore } from '../store/document-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { StoreError } from '../store/store-error.ts'
import { removeCopy } from '../workflow/kept-files.ts'
import type { Keeping } from './documents.ts'
import { refuseScheduled } from './scheduled-scenario.ts'
import { storedScenario } from './stored-scenario.ts'

/**
 * Kept scenarios, each with a copy of its files. The document comes first: a run that reads it finds its files, and a
 * copy that is left behind, because a removal failed, costs its storage and harms nothing. A run that began to read a
 * document that is replaced in that moment finds the files among the uploads, or is refused where those have expired.
 */
export function keptScenarios(
  { documents, objects }: { readonly documents: DocumentStore; readonly objects: ObjectStore },
  tellFault: (error: unknown) => void,
): Keeping {
  const forget = async (body: unknown) => {
    try {
      await removeCopy(objects, storedScenario(body))
    } catch (error) {
      tellFault(error)
    }
  }
  // Where it is not known whether the document was written, its files have to stay.
  const written: Keeping['put'] = async (name, body, options) => {
    try {
      return await documents.put('scenario', name, body, options)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'TOO_LARGE') await forget(body)
      throw error
    }
  }
  return {
    async put(name, body, options) {
      const put = await written(name, body, options)
      // A write whose answer was lost is repeated by the store's client, and then meets the document that it has written.
      const old = put === undefined ? body : put.replaced?.body
      const stored = put === undefined ? (await documents.get('scenario', name))?.body : body
      if (old !== undefined && (stored === undefined || copyOf(old) !== copyOf(stored))) await forget(old)
      return put
    },
    async delete(name) {
      const removed = await documents.delete('scenario', name)
      if (removed === undefined) return undefined
      try {
        // A schedule of it may have been kept since it was asked: that of which this sees nothing sees that it is gone.
        await refuseScheduled(documents, name)
      } catch (error) {
        const back = await documents.put('scenario', name, removed.body, { ifVersion: 0 })
        // Another is kept under the name by now.
        if (back === undefined) await forget(removed.body)
        throw error
      }
      await forget(removed.body)
      return removed
    },
  }
}

const copyOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'copyId' in body ? body.copyId : undefined
