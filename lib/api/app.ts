import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { StoreError } from '../store/store-error.ts'
import type { ApiPorts } from './api-ports.ts'
import { routeOf } from './endpoint.ts'
import { MAX_BODY_BYTES } from './json-body.ts'
import { Problem } from './problem.ts'
import { addRunParts } from './run-parts.ts'
import { addRuns } from './runs.ts'
import { addScenarios } from './scenarios.ts'
import { addSchedules } from './schedules.ts'
import { addService } from './service.ts'

/**
 * The HTTP API, version 1, whose paths begin where it is mounted: at /v1, which is the deployment's stage. One router, and
 * one OpenAPI 3.1 document made of the same schemas that read the requests.
 */
export function createApi(ports: ApiPorts, tellFault: (error: unknown) => void): OpenAPIHono {
  const app = new OpenAPIHono({ strict: false })
  const tooLarge = () =>
    new Problem(413, `the body has more than ${MAX_BODY_BYTES} bytes: files go by POST /uploads`).response()
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }))
  addRuns(app, ports)
  addRunParts(app, ports)
  addScenarios(app, ports, tellFault)
  addSchedules(app, ports, tellFault)
  addService(app)
  refuseOtherMethods(app)
  app.notFound(context => new Problem(404, `there is nothing at ${context.req.path}`).response())
  app.onError(error => problemOf(error, tellFault).response())
  return app
}

/** Paths that there are, asked by a method that they do not have. What is read by GET answers to HEAD, too. */
function refuseOtherMethods(app: OpenAPIHono): void {
  const methods = new Map<string, string[]>()
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { path, method } = definition.route
    const added = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]
    methods.set(path, [...(methods.get(path) ?? []), ...added])
  }
  for (const [path, allowed] of methods)
    app.all(routeOf(path), context => {
      const allow = allowed.join(', ')
      return new Problem(405, `${context.req.path} has ${allow}, not ${context.req.method}`, [], { allow }).response()
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
