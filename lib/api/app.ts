import { OpenAPIHono } from '@hono/zod-openapi'
import { StoreError } from '../store/store-error.ts'
import { version } from '../version.ts'
import type { ApiPorts } from './api-ports.ts'
import { Problem } from './problem.ts'
import { addRunParts } from './run-parts.ts'
import { addRuns } from './runs.ts'
import { addScenarios } from './scenarios.ts'
import { addSchedules } from './schedules.ts'

/**
 * The HTTP API, version 1, whose paths begin where it is mounted: at /v1, which is the deployment's stage. One router, and
 * one OpenAPI 3.1 document made of the same schemas that read the requests.
 */
export function createApi(ports: ApiPorts, tellFault: (error: unknown) => void): OpenAPIHono {
  const app = new OpenAPIHono({ strict: false })
  addRuns(app, ports)
  addRunParts(app, ports)
  addScenarios(app, ports)
  addSchedules(app, ports)
  app.get('/openapi.json', context => context.json(openApiDocument(app)))
  app.notFound(context => new Problem(404, `there is nothing at ${context.req.path}`).response())
  app.onError(error => problemOf(error, tellFault).response())
  return app
}

export function openApiDocument(app: OpenAPIHono): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Squall', version, description: 'Load tests and their verdicts', license: { name: 'Apache-2.0' } },
    servers: [{ url: '/v1' }],
  })
}

function problemOf(error: unknown, tellFault: (error: unknown) => void): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreError && error.code === 'CURSOR') return new Problem(400, error.message)
  if (error instanceof StoreError && error.code === 'TOO_LARGE') return new Problem(413, error.message)
  tellFault(error)
  if (error instanceof StoreError) return new Problem(503, 'the store does not answer as it should: try again')
  return new Problem(500, 'Squall itself broke; its log says how')
}
