import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { nounFor, plural } from '../measure/format-number.ts'
import type { RunRecord } from '../store/run-store.ts'
import { LONGEST_SILENCE_MS, withTrueState } from '../workflow/find-run.ts'
import { type Started, startRun } from '../workflow/start-run.ts'
import type { ApiPorts } from './api-ports.ts'
import { addEndpoint, json } from './endpoint.ts'
import { postedRunSchema, postedScenario, runIdSchema } from './posted-run.ts'
import { Problem } from './problem.ts'

const none = z.object({})
export const runParams = z.object({ id: runIdSchema })

export const recordSchema = z
  .object({
    schema: z.literal('squall.run.v1'),
    id: z.string(),
    scenario: z.string(),
    target: z.string(),
    command: z.string(),
    state: z.enum(['planned', 'running', 'done', 'refused', 'lost']),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
    verdict: z.enum(['pass', 'fail', 'inconclusive']).optional(),
    headline: z.string().optional(),
    startedBy: z.string().optional(),
    schedule: z.string().optional(),
    generators: z.int().optional(),
    loadMs: z.number().optional(),
    estimateUsd: z.number().optional(),
    costUsd: z.number().optional(),
  })
  .meta({ id: 'Run' })

const startedSchema = z
  .object({
    id: z.string(),
    state: z.string(),
    generators: z.int().optional(),
    estimateUsd: z.number().optional(),
    reasons: z.array(z.string()),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'StartedRun' })

/** Starting, listing, reading and stopping runs. */
export function addRuns(app: OpenAPIHono, ports: ApiPorts): void {
  addEndpoint(app, {
    method: 'post',
    path: '/runs',
    operation: 'startRun',
    summary: 'Starts a run; with the same Idempotency-Key only once',
    params: none,
    query: none,
    headers: z.object({
      'idempotency-key': z.string().min(1).max(200).optional().meta({
        description: 'the same caller with the same key means the same run, for a request that is sent again',
      }),
    }),
    body: postedRunSchema,
    answers: { 202: { description: 'The run is stored and started', schema: startedSchema } },
    async handle({ body, headers, context }) {
      const key = headers['idempotency-key']
      const posted = await postedScenario(ports, body)
      const origin = { caller: ports.caller(context), key, command: body.command ?? 'POST /v1/runs' }
      return startedResponse(await startRun(ports, posted, origin))
    },
  })
  addEndpoint(app, {
    method: 'get',
    path: '/runs',
    operation: 'listRuns',
    summary: 'Lists runs, the newest first',
    params: none,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(50),
      after: z.string().min(1).optional().meta({ description: '`next` of the page before' }),
      scenario: z.string().min(1).max(200).optional(),
    }),
    answers: {
      200: {
        description: 'A page of runs',
        schema: z.object({ runs: z.array(recordSchema), next: z.string().optional() }),
      },
    },
    async handle({ query: { limit, after, scenario } }) {
      const { records, next } = await ports.runs.list({
        limit,
        ...(after !== undefined && { after }),
        ...(scenario !== undefined && { scenario }),
      })
      const runs = await Promise.all(records.map(record => withTrueStateHere(ports, record)))
      return json({ runs, ...(next !== undefined && { next }) })
    },
  })
  addEndpoint(app, {
    method: 'get',
    path: '/runs/{id}',
    operation: 'getRun',
    summary: 'Reads a run',
    params: runParams,
    query: none,
    answers: { 200: { description: 'The run', schema: recordSchema } },
    handle: async ({ params }) => json(await withTrueStateHere(ports, await needRun(ports, params.id))),
  })
  addEndpoint(app, {
    method: 'post',
    path: '/runs/{id}/abort',
    operation: 'abortRun',
    summary: 'Stops all load of a run within 5 s; the run ends in a verdict',
    params: runParams,
    query: none,
    body: z.strictObject({ reason: z.string().min(1).max(500).default('over the API') }),
    answers: {
      200: { description: 'The run had ended before', schema: recordSchema },
      202: { description: 'The load is being stopped', schema: recordSchema },
    },
    async handle({ params: { id }, body, context }) {
      const record = await needRun(ports, id)
      if (record.state !== 'planned' && record.state !== 'running') return json(record)
      await ports.engine.abort(id, `${body.reason} (${ports.caller(context).name})`)
      return json(record, 202)
    },
  })
}

/** The record, or 404. */
export async function needRun({ runs }: ApiPorts, id: string): Promise<RunRecord> {
  const record = await runs.get(id)
  if (record === undefined) throw new Problem(404, `there is no run ${id}`)
  return record
}

function withTrueStateHere({ runs, epochMs }: ApiPorts, record: RunRecord): Promise<RunRecord> {
  return withTrueState(runs, record, epochMs(), LONGEST_SILENCE_MS)
}

/** The same in a deployment, whose stage it is, and under `squall serve`. */
const mountedAt = '/v1'

/** A run takes a minute at the least: its start, a short load, its end. */
const retryAfterS = 30

const refusals = {
  bad: [400, 'the scenario cannot be run'],
  target: [403, 'the scenario has targets that are not allowed'],
  limit: [422, 'the run is above what is allowed here, or above its budget'],
} as const

function startedResponse(started: Started): Response {
  if (started.kind === 'started') {
    const { id, state, generators, estimateUsd } = started.record
    const at = (part: string) => `${mountedAt}/runs/${id}${part}`
    const links = {
      self: at(''),
      verdict: at('/verdict'),
      summary: at('/summary'),
      report: at('/report.html'),
      live: at('/live'),
      abort: at('/abort'),
    }
    return json({ id, state, generators, estimateUsd, reasons: started.reasons, links }, 202, { location: at('') })
  }
  if (started.kind === 'reused')
    throw new Problem(422, 'this Idempotency-Key was used for another request: take a new key for a new run')
  if (started.kind === 'busy') {
    const running = `${plural(started.running, 'run')} ${nounFor(started.running, 'is', 'are')} under way`
    throw new Problem(429, `${running}, as many as are allowed at once`, [], { 'retry-after': String(retryAfterS) })
  }
  const [status, detail] = refusals[started.kind]
  throw new Problem(status, detail, started.faults)
}
