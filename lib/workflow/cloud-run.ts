import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import type { Report } from '../report/report.ts'
import { type ApiClient, ApiProblem, ApiUnreachable } from './api-client.ts'
import type { Follower } from './follow-run.ts'
import type { ScenarioUpload } from './scenario-upload.ts'

/** What the command line asks of a run beside its scenario. */
export type CloudRunOptions = {
  readonly generators?: number
  readonly seed?: number
  /** As typed, for the report. */
  readonly command: string
}

const uploadSchema = z.object({
  exists: z.boolean(),
  url: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
})

const startedSchema = z.object({
  id: z.string(),
  generators: z.number().optional(),
  estimateUsd: z.number().optional(),
  reasons: z.array(z.string()).optional(),
})

/** A run that the API has taken. */
export type StartedRun = z.infer<typeof startedSchema>

const recordSchema = z.object({
  state: z.enum(['planned', 'running', 'done', 'refused', 'lost']),
  headline: z.string().optional(),
})

/** Uploads what the deployment has not got yet, and starts the run. Rejects with `ApiProblem`, whose faults are the user's. */
export async function startCloudRun(
  client: ApiClient,
  upload: ScenarioUpload,
  options: CloudRunOptions,
): Promise<StartedRun> {
  await uploadFiles(client, upload)
  const { generators, seed, command } = options
  return client.json(
    {
      method: 'POST',
      path: 'runs',
      // The same key for each repetition of this request: a lost answer starts no second run.
      headers: { 'idempotency-key': randomUUID() },
      body: {
        scenario: upload.text,
        env: upload.env,
        files: upload.files,
        command,
        ...(generators !== undefined && { generators }),
        ...(seed !== undefined && { seed }),
      },
    },
    startedSchema,
  )
}

/** Puts the scenario's files where the deployment has not got them yet. */
export async function uploadFiles(client: ApiClient, { contents }: ScenarioUpload): Promise<void> {
  for (const [sha256, bytes] of contents) {
    const ask = { method: 'POST', path: 'uploads', body: { sha256, bytes: bytes.length } } as const
    const { exists, url, headers } = await client.json(ask, uploadSchema)
    if (!exists && url !== undefined) await client.put(url, bytes, headers ?? {})
  }
}

export type CloudFollower = Follower & {
  /** The API is not reached, or is again. */
  readonly onConnection?: (connected: boolean) => void
}

/** Live figures of a deployment change every two seconds at most. */
const pollEveryMs = 2000

/**
 * Follows a run until it has its report, through every loss of the connection: the run does not need its follower.
 * Resolves to undefined where `stop` was aborted. Rejects with `ApiProblem` where the run was refused or is unknown.
 */
export async function followCloudRun(
  client: ApiClient,
  runId: string,
  follower: CloudFollower,
  stop: AbortSignal,
): Promise<Report | undefined> {
  const path = `runs/${encodeURIComponent(runId)}`
  const get = <T>(part: string, schema: z.ZodType<T>) =>
    client.json({ method: 'GET', path: `${path}${part}`, signal: stop }, schema)
  let planned = false
  let lastMs = -1
  let connected = true
  while (!stop.aborted) {
    try {
      const { state, headline } = await get('', recordSchema)
      if (!connected) follower.onConnection?.(true)
      connected = true
      if (state === 'done') return await cloudReport(client, runId)
      if (state === 'refused' || state === 'lost') throw new ApiProblem(409, headline ?? `the run is ${state}`, [])
      if (!planned) {
        const plan = await ifAny(get('/plan', planSchema))
        planned = plan !== undefined
        if (plan !== undefined) follower.onPlan?.(plan)
      }
      const live = await ifAny(get('/live', liveSchema))
      if (live !== undefined && live.atMs !== lastMs) {
        lastMs = live.atMs
        follower.onLive?.(live)
      }
    } catch (error) {
      if (stop.aborted) break
      if (!isPassing(error)) throw error
      if (connected) follower.onConnection?.(false)
      connected = false
    }
    await sleep(pollEveryMs, undefined, { signal: stop }).catch(() => {})
  }
  return undefined
}

/** The run does not need the API either: what keeps that from answering does not end the following. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiUnreachable || (error instanceof ApiProblem && [429, 502, 503, 504].includes(error.status))
}

export function cloudReport(client: ApiClient, runId: string): Promise<Report> {
  return client.json({ method: 'GET', path: `runs/${encodeURIComponent(runId)}/summary` }, reportSchema)
}

export async function abortCloudRun(client: ApiClient, runId: string, reason: string): Promise<void> {
  const path = `runs/${encodeURIComponent(runId)}/abort`
  await client.json({ method: 'POST', path, body: { reason } }, z.unknown())
}

async function ifAny<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined
    throw error
  }
}

/** Artifacts of this project, told by their literal: their shape was fixed where they were written. */
const planSchema = z.custom<Plan>(value => hasSchema(value, 'squall.plan.v1'), 'no plan of this version of Squall')
const reportSchema = z.custom<Report>(
  value => hasSchema(value, 'squall.report.v1'),
  'no report of this version of Squall',
)
const liveSchema = z.custom<LiveFigures>(
  value => typeof value === 'object' && value !== null && 'atMs' in value,
  'no live figures',
)

function hasSchema(value: unknown, schema: string): boolean {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === schema
}
