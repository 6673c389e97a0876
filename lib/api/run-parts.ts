import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { reportFormats } from '../report/report-formats.ts'
import { getArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { LiveRecord } from '../workflow/live-record.ts'
import { bytesInAnswer, MAX_ANSWER_BYTES } from './answer-size.ts'
import type { ApiPorts } from './api-ports.ts'
import { addEndpoint, json } from './endpoint.ts'
import { Problem } from './problem.ts'
import { needRun, runParams } from './runs.ts'

const none = z.object({})

/** Artifacts are described by their own pages in docs/; here they are what names their version. */
const artifact = (schema: string) => z.looseObject({ schema: z.literal(schema) })

/** The formats that a run writes when it ends. */
export const storedFormats = ['json', 'html', 'markdown', 'junit', 'csv'] as const

const elsewhere = { description: 'It is too large for an answer, and is to be read where Location says' }

/** What a run leaves behind, each at its own address. */
export function addRunParts(app: OpenAPIHono, ports: ApiPorts): void {
  addEndpoint(app, {
    method: 'get',
    path: '/runs/{id}/verdict',
    operation: 'getVerdict',
    summary: 'Reads the verdict with its thresholds',
    params: runParams,
    query: none,
    answers: { 200: { description: 'The verdict', schema: artifact('squall.verdict.v1') } },
    async handle({ params: { id } }) {
      const verdict = await ports.runs.verdict(id)
      if (verdict !== undefined) return json(verdict)
      const { state } = await needRun(ports, id)
      throw new Problem(404, `the run ${id} has no verdict: it is ${state}`)
    },
  })
  addEndpoint(app, {
    method: 'get',
    path: '/runs/{id}/live',
    operation: 'getLive',
    summary: 'Reads the live figures, which change every two seconds or more',
    params: runParams,
    query: none,
    answers: { 200: { description: 'Figures since the start', schema: z.looseObject({ atMs: z.number() }) } },
    async handle({ params: { id } }) {
      const record = await getArtifact<LiveRecord>(ports.objects, keys.live(id), 'squall.live.v1')
      if (record !== undefined) return json(record.live)
      await needRun(ports, id)
      throw new Problem(404, `the run ${id} has no live figures yet`)
    },
  })
  for (const [name, schema] of [
    ['plan', 'squall.plan.v1'],
    ['summary', 'squall.report.v1'],
  ] as const)
    addEndpoint(app, {
      method: 'get',
      path: `/runs/{id}/${name}`,
      operation: name === 'plan' ? 'getPlan' : 'getSummary',
      summary: name === 'plan' ? 'Reads the plan' : 'Reads the whole report as JSON',
      params: runParams,
      query: none,
      answers: { 200: { description: `The ${name}`, schema: artifact(schema) }, 307: elsewhere },
      handle: ({ params: { id } }) =>
        fileResponse(ports, id, name === 'plan' ? keys.plan(id) : keys.report(id, 'report.json'), 'application/json'),
    })
  addEndpoint(app, {
    method: 'get',
    path: '/runs/{id}/report.html',
    operation: 'getReportPage',
    summary: 'Reads the report as a page',
    params: runParams,
    query: none,
    answers: { 200: { description: 'The report', schema: z.string(), types: ['text/html'] }, 307: elsewhere },
    handle: ({ params: { id } }) => reportResponse(ports, id, 'html'),
  })
  addEndpoint(app, {
    method: 'get',
    path: '/runs/{id}/report',
    operation: 'getReport',
    summary: 'Reads the report in a format',
    params: runParams,
    query: z.object({ format: z.enum(storedFormats).default('json') }),
    answers: {
      200: {
        description: 'The report',
        schema: z.unknown(),
        types: storedFormats.map(format => reportFormats[format].mime.split(';')[0] ?? ''),
      },
      307: elsewhere,
    },
    handle: ({ params: { id }, query: { format } }) => reportResponse(ports, id, format),
  })
}

function reportResponse(ports: ApiPorts, id: string, format: (typeof storedFormats)[number]): Promise<Response> {
  const { extension, mime } = reportFormats[format]
  return fileResponse(ports, id, keys.report(id, `report.${extension}`), mime)
}

/** What a run has written, or where it is to be read where it is too large for an answer, or why there is nothing. */
async function fileResponse(ports: ApiPorts, id: string, key: string, type: string): Promise<Response> {
  const bytes = await ports.objects.get(key)
  if (bytes === undefined) {
    const { state } = await needRun(ports, id)
    throw new Problem(404, `the run ${id} has not written ${key.slice(key.lastIndexOf('/') + 1)}: it is ${state}`)
  }
  const text = new TextDecoder().decode(bytes)
  if (ports.downloads !== undefined && bytesInAnswer(text) > MAX_ANSWER_BYTES)
    return new Response(null, { status: 307, headers: { location: await ports.downloads.urlOf(key, type) } })
  return new Response(text, { headers: { 'content-type': type } })
}
