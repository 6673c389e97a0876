import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { keys } from '../store/keys.ts'
import { readPosted } from '../workflow/admit-run.ts'
import { copyFiles } from '../workflow/kept-files.ts'
import { MAX_FILES_BYTES, readUploads } from '../workflow/read-uploads.ts'
import type { ApiPorts } from './api-ports.ts'
import { addDocuments } from './documents.ts'
import { addEndpoint, json } from './endpoint.ts'
import { keptScenarios } from './kept-scenarios.ts'
import { postedRunSchema, postedScenario, runIdSchema, scenarioParts, scenarioText } from './posted-run.ts'
import { Problem } from './problem.ts'
import { estimateOf } from './quote.ts'
import { refuseScheduled } from './scheduled-scenario.ts'

const none = z.object({})
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits')

/** Scenarios that are kept by name, the files that go with them, and what a run of one would cost. */
export function addScenarios(app: OpenAPIHono, ports: ApiPorts, tellFault: (error: unknown) => void): void {
  addDocuments(app, ports, {
    kind: 'scenario',
    path: '/scenarios',
    body: z.strictObject({ scenario: scenarioText, ...scenarioParts }).meta({ id: 'ScenarioToKeep' }),
    async read(_name, posted) {
      const scenario = await postedScenario(ports, posted)
      const { contents, faults } = await readUploads(ports.objects, scenario)
      const reading = readPosted(scenario, contents)
      const all = [...faults, ...(reading.ok ? [] : reading.faults)]
      if (all.length > 0) throw new Problem(400, 'the scenario cannot be run', all)
      const { copyId: _, ...own } = scenario
      const copyId = await copyFiles(ports.objects, scenario.files, contents)
      return { schema: 'squall.scenario.v1', ...own, ...(copyId !== undefined && { copyId }) }
    },
    removable: name => refuseScheduled(ports.documents, name),
    keeping: keptScenarios(ports, tellFault),
  })
  addEndpoint(app, {
    method: 'post',
    path: '/uploads',
    operation: 'placeUpload',
    summary: 'Says where a file is to be put, unless it is there already',
    params: none,
    query: none,
    body: z.strictObject({ sha256, bytes: z.int().min(0).max(MAX_FILES_BYTES) }),
    answers: {
      200: {
        description: 'Where to PUT the bytes, and with which header fields',
        schema: z.object({
          exists: z.boolean(),
          url: z.url().optional(),
          headers: z.record(z.string(), z.string()).optional(),
        }),
      },
    },
    async handle({ body, context }) {
      if ((await ports.objects.list(keys.upload(body.sha256))).length > 0) return json({ exists: true })
      const { url, headers } = await ports.uploads.place(body.sha256, body.bytes)
      // A place on this server is one of the address under which it was asked.
      return json({ exists: false, url: new URL(url, context.req.url).href, headers })
    },
  })
  addEndpoint(app, {
    method: 'post',
    path: '/estimates',
    operation: 'estimate',
    summary: 'Sizes and prices a run without starting it',
    params: none,
    query: none,
    body: postedRunSchema,
    answers: {
      200: {
        description: 'Generators and why, legs, and the cost item by item',
        schema: z.looseObject({ schema: z.literal('squall.estimate.v1'), generators: z.int() }),
      },
    },
    handle: async ({ body }) => json(await estimateOf(ports, await postedScenario(ports, body))),
  })
  addDocuments(app, ports, {
    kind: 'baseline',
    path: '/baselines',
    body: z.strictObject({ runId: runIdSchema }).meta({ id: 'BaselineToKeep' }),
    async read(_name, { runId }) {
      const verdict = await ports.runs.verdict(runId)
      if (verdict === undefined) throw new Problem(400, `there is no run ${runId} with a verdict`)
      return { schema: 'squall.baseline.v1', runId, scenario: verdict.scenario }
    },
  })
}
