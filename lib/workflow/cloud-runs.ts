import * as z from 'zod'
import type { RunRecord } from '../store/run-store.ts'
import { type ApiClient, ApiProblem } from './api-client.ts'

const recordSchema = z.custom<RunRecord>(
  value => typeof value === 'object' && value !== null && 'id' in value && 'state' in value,
  'no record of a run',
)
const pageSchema = z.object({ runs: z.array(recordSchema), next: z.string().optional() })

/** The most that one request of the API lists. */
const pageSize = 100
/** How many runs are looked through for the beginning of an id. */
const searched = 2000

/** Runs of the deployment, newest first. */
export async function listCloudRuns(client: ApiClient, limit: number): Promise<readonly RunRecord[]> {
  const found: RunRecord[] = []
  for (let after: string | undefined; ; ) {
    const query = { limit: String(Math.min(pageSize, limit - found.length)), after }
    const page = await client.json({ method: 'GET', path: 'runs', query }, pageSchema)
    found.push(...page.runs)
    after = page.next
    if (after === undefined || found.length >= limit) return found.slice(0, limit)
  }
}

/** Runs whose id begins with the text; `last` is the newest. More than one: the text is ambiguous. */
export async function findCloudRuns(client: ApiClient, text: string): Promise<readonly RunRecord[]> {
  if (text === 'last') return listCloudRuns(client, 1)
  const exact = await cloudRun(client, text)
  if (exact !== undefined) return [exact]
  return (await listCloudRuns(client, searched)).filter(({ id }) => id.startsWith(text))
}

/** The run of exactly this id, however old; an abort must not wait for a search. */
async function cloudRun(client: ApiClient, id: string): Promise<RunRecord | undefined> {
  try {
    return await client.json({ method: 'GET', path: `runs/${encodeURIComponent(id)}` }, recordSchema)
  } catch (error) {
    // 400: no text that could be an id.
    if (error instanceof ApiProblem && (error.status === 404 || error.status === 400)) return undefined
    throw error
  }
}
