import * as z from 'zod'
import type { ApiClient } from './api-client.ts'
import { uploadFiles } from './cloud-run.ts'
import type { ScenarioUpload } from './scenario-upload.ts'

const scheduleSchema = z.object({
  name: z.string(),
  expression: z.string(),
  timeZone: z.string(),
  scenario: z.string(),
  enabled: z.boolean(),
})

/** When the API starts runs of a scenario by itself. */
export type CloudSchedule = z.infer<typeof scheduleSchema>

const pageSchema = z.object({ schedules: z.array(scheduleSchema), next: z.string().optional() })

/** Every schedule of the deployment, by name. */
export async function listSchedules(client: ApiClient): Promise<readonly CloudSchedule[]> {
  const found: CloudSchedule[] = []
  for (let after: string | undefined; ; ) {
    const page = await client.json({ method: 'GET', path: 'schedules', query: { limit: '100', after } }, pageSchema)
    found.push(...page.schedules)
    after = page.next
    if (after === undefined) return found
  }
}

/** Keeps the scenario under the schedule's name, and the times at which it is run. */
export async function putSchedule(
  client: ApiClient,
  name: string,
  upload: ScenarioUpload,
  times: { readonly expression: string; readonly timeZone: string },
): Promise<void> {
  const { text, env, files } = upload
  const at = (kind: string) => ({ method: 'PUT', path: `${kind}/${encodeURIComponent(name)}` }) as const
  const schedule = { ...times, scenario: name }
  // A schedule that is refused must not leave its scenario over the one that is run by night.
  await client.json({ ...at('schedules'), query: { check: 'only' }, body: schedule }, z.unknown())
  await uploadFiles(client, upload)
  await client.json({ ...at('scenarios'), body: { scenario: text, env, files } }, z.unknown())
  await client.json({ ...at('schedules'), body: schedule }, z.unknown())
}

/** @returns the name of the kept scenario that it ran, which stays: it may be run otherwise */
export async function removeSchedule(client: ApiClient, name: string): Promise<string> {
  const path = `schedules/${encodeURIComponent(name)}`
  const { scenario } = await client.json({ method: 'GET', path }, scheduleSchema)
  await client.json({ method: 'DELETE', path }, z.unknown())
  return scenario
}
