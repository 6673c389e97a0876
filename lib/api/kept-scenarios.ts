import type { DocumentStore } from '../store/document-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { removeCopy } from '../workflow/kept-files.ts'
import type { Keeping } from './documents.ts'
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
  return {
    async put(name, body, options) {
      // Where it is not known whether the document was written, its files have to stay.
      const put = await documents.put('scenario', name, body, options)
      if (put === undefined) await forget(body)
      if (put?.replaced !== undefined) await forget(put.replaced.body)
      return put
    },
    async delete(name) {
      const removed = await documents.delete('scenario', name)
      if (removed !== undefined) await forget(removed.body)
      return removed
    },
  }
}
