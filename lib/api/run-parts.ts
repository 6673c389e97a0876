import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { getArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { LiveRecord } from '../workflow/live-record.ts'
import type { ApiPorts } from './api-ports.ts'
import { addEndpoint, json } from './endpoint.ts'
import { Problem } from './problem.ts'
import { needRun, runParams } from './runs.ts'

const none = z.object({})

/** Artifacts are described by their own pages in docs/; here they are what names their version. */
const artifact = (schema: string) => z.looseObject({ schema: z.literal(schema) })

/** Lambda's answers have 6 MB; what is larger is in the bucket. */
const MAX_ANSWER_BYTES = 5_500_000

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
  const files = [
    ['plan', keys.plan, 'application/json', artifact('squall.plan.v1')],
    ['summary', (id: string) => keys.report(id, 'report.json'), 'application/json', artifact('squall.report.v1')],
    ['report.html', (id: string) => keys.report(id, 'report.html'), 'text/html; charset=utf-8', z.string()],
  ] as const
  for (const [name, keyOf, type, schema] of files) {
    addEndpoint(app, {
      method: 'get',
      path: `/runs/{id}/${name}`,
      operation: `get${name.replace(/\W.*/, '').replace(/^./, letter => letter.toUpperCase())}`,
      summary: `Reads the run's ${name}`,
      params: runParams,
      query: none,
      answers: { 200: { description: `The ${name}`, schema, type: type.split(';')[0] ?? type } },
      async handle({ params: { id } }) {
        const bytes = await ports.objects.get(keyOf(id))
        if (bytes === undefined) {
          const { state } = await needRun(ports, id)
          throw new Problem(404, `the run ${id} has no ${name}: it is ${state}`)
        }
        if (bytes.length > MAX_ANSWER_BYTES)
          throw new Problem(413, `the ${name} has ${bytes.length} bytes: read ${keyOf(id)} in the bucket`)
        return new Response(new TextDecoder().decode(bytes), { headers: { 'content-type': type } })
      },
    })
  }
}
