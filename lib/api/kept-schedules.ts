import type { DocumentStore, Put } from '../store/document-store.ts'
import type { Scheduler, ScheduleTimes } from '../workflow/cloud-scheduler.ts'
import type { Keeping } from './documents.ts'
import { Problem } from './problem.ts'

type SchedulePorts = {
  readonly documents: DocumentStore
  readonly scheduler: Scheduler
  timesOf(body: unknown): ScheduleTimes
  scenarioOf(body: unknown): string
}

/**
 * Schedules, of which the document here and what fires them elsewhere say the same. The document is written first and,
 * where the scheduler refuses, put back as it was. Of changes at the same time each tells the scheduler until what it told
 * is what the document says, so whoever tells last tells the last document.
 */
export function keptSchedules(ports: SchedulePorts, tellFault: (error: unknown) => void): Keeping {
  const { documents, scheduler } = ports
  const undone = async (undo: () => Promise<unknown>, name: string) => {
    try {
      await undo()
      // It is not known what became of a call whose answer was lost.
      await tell(ports, name)
    } catch (error) {
      tellFault(error)
    }
  }
  return {
    async put(name, body, options) {
      const put = await documents.put('schedule', name, body, options)
      if (put === undefined) return undefined
      try {
        // It was there before; a removal that sees nothing of this document is seen here.
        const scenario = ports.scenarioOf(body)
        if ((await documents.get('scenario', scenario)) === undefined)
          throw new Problem(409, `the scenario "${scenario}" was removed at the same time`)
        await tell(ports, name)
      } catch (error) {
        await undone(() => putBack(documents, name, put), name)
        throw error
      }
      return put
    },
    async delete(name) {
      // First what fires: a document that is gone could not be removed again where this fails.
      await scheduler.delete(name)
      try {
        const removed = await documents.delete('schedule', name)
        await tell(ports, name)
        return removed
      } catch (error) {
        await undone(async () => {}, name)
        throw error
      }
    },
  }
}

/** Tells the scheduler what the document says, until it has not changed in the meantime. */
async function tell({ documents, scheduler, timesOf }: SchedulePorts, name: string): Promise<void> {
  for (let told = await documents.get('schedule', name); ; ) {
    if (told === undefined) await scheduler.delete(name)
    else await scheduler.put(name, timesOf(told.body))
    const now = await documents.get('schedule', name)
    if (now?.version === told?.version && now?.updatedAt === told?.updatedAt) return
    told = now
  }
}

/** What the put wrote over, unless somebody has changed it since. */
function putBack(documents: DocumentStore, name: string, { version, replaced }: Put): Promise<unknown> {
  return replaced === undefined
    ? documents.delete('schedule', name, { ifVersion: version })
    : documents.put('schedule', name, replaced.body, { ifVersion: version })
}
