import * as z from 'zod'
import type { DocumentStore } from '../store/document-store.ts'
import { Problem } from './problem.ts'

const usesScenario = z.object({ scenario: z.string() })

/** The names of the schedules that start runs of a kept scenario, those that are switched off among them. */
async function schedulesOf(documents: Pick<DocumentStore, 'list'>, scenario: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await documents.list('schedule', { limit: 100, ...(after !== undefined && { after }) })
    for (const { name, body } of page.documents) {
      const read = usesScenario.safeParse(body)
      if (read.success && read.data.scenario === scenario) found.push(name)
    }
    after = page.next
    if (after === undefined) return found
  }
}

/** Throws a `Problem` that names every schedule which starts runs of a kept scenario. */
export async function refuseScheduled(documents: Pick<DocumentStore, 'list'>, name: string): Promise<void> {
  const users = await schedulesOf(documents, name)
  if (users.length === 0) return
  const faults = users.map(schedule => ({
    path: 'path.name',
    message: `the schedule "${schedule}" starts runs of it`,
    expected: 'a scenario that no schedule uses',
    fix: `DELETE /v1/schedules/${schedule} first`,
  }))
  throw new Problem(409, `the scenario "${name}" is used by ${listed(users)}`, faults)
}

function listed(schedules: readonly string[]): string {
  const shown = schedules.slice(0, 10).join(', ')
  const more = schedules.length > 10 ? ` and ${schedules.length - 10} more` : ''
  return `${schedules.length === 1 ? 'the schedule' : 'the schedules'} ${shown}${more}`
}
