import * as z from 'zod'
import type { DocumentStore } from '../store/document-store.ts'

const usesScenario = z.object({ scenario: z.string() })

/** The names of the schedules that start runs of a kept scenario, those that are switched off among them. */
export async function schedulesOf(
  documents: Pick<DocumentStore, 'list'>,
  scenario: string,
): Promise<readonly string[]> {
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
