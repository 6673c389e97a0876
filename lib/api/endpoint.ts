import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type * as z from 'zod'
import type { Fault } from '../scenario/fault.ts'
import { nearestKey } from '../scenario/nearest-key.ts'
import { schemaFaults } from '../scenario/schema-faults.ts'
import { jsonBody } from './json-body.ts'
import { Problem, problemSchema } from './problem.ts'

/** What a handler is given: the parts of the request, each as its schema reads it. */
export type ApiRequest<Params, Query, Headers, Body> = {
  readonly params: Params
  readonly query: Query
  readonly headers: Headers
  readonly body: Body
  readonly context: Context
}

export type Answers = Readonly<
  Record<
    number,
    {
      readonly description: string
      readonly schema?: z.ZodType
      /** Absent: application/json. */
      readonly types?: readonly string[]
    }
  >
>

/** One operation of the API: its place in the OpenAPI document, and what it does. */
export type Endpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
> = {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** Parameters in braces: `/runs/{id}`. */
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly params: Params
  readonly query: Query
  /** Header fields that the operation reads, in small letters. */
  readonly headers?: Headers
  /** Absent: the operation takes none. */
  readonly body?: Body
  readonly answers: Answers
  handle(
    request: ApiRequest<z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>,
  ): Promise<Response> | Response
}

/** Adds an operation to the router and to the document. All faults of a request's parts are told together. */
export function addEndpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
>(app: OpenAPIHono, endpoint: Endpoint<Params, Query, Headers, Body>): void {
  const { method, path, operation, summary, params, query, headers, body, answers } = endpoint
  const isNeeded = body?.safeParse({}).success === false
  app.openAPIRegistry.registerPath({
    method,
    path,
    operationId: operation,
    summary,
    request: {
      params,
      query,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body: { required: isNeeded, content: { 'application/json': { schema: body } } } }),
    },
    responses: responsesOf(answers),
  })
  app.on(method.toUpperCase(), routeOf(path), async context => {
    const faults: Fault[] = []
    const read = <T extends z.ZodType>(part: string, schema: T, value: unknown): z.output<T> | undefined => {
      const parsed = schema.safeParse(value)
      if (parsed.success) return parsed.data
      faults.push(...schemaFaults(schema, parsed.error.issues, value, { part }))
      return undefined
    }
    const asked = context.req.query()
    for (const name of Object.keys(asked).filter(name => !Object.hasOwn(query.shape, name)))
      faults.push({ path: `query.${name}`, message: 'there is no such parameter', ...knownOf(name, query) })
    const fields = Object.keys(headers?.shape ?? {}).map(name => [name, context.req.header(name)])
    const given = {
      params: read('path', params, context.req.param()),
      query: read('query', query, asked),
      headers: headers === undefined ? {} : read('header', headers, Object.fromEntries(fields)),
      body: body === undefined ? undefined : read('body', body, await jsonBody(context)),
    }
    if (faults.length > 0) throw new Problem(400, 'the request is not as the API reads it', faults)
    // Each part has been read by its own schema, or a fault was found.
    return endpoint.handle({ ...given, context } as Parameters<typeof endpoint.handle>[0])
  })
}

/** `/runs/{id}` as the router writes it: `/runs/:id`. */
export const routeOf = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')

function responsesOf(answers: Answers): Record<string, { description: string; content?: object }> {
  const problem = { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } }
  const responses: ReturnType<typeof responsesOf> = { '4XX': problem, '5XX': problem }
  for (const [status, { description, schema, types = ['application/json'] }] of Object.entries(answers)) {
    const content = Object.fromEntries(types.map(type => [type, { schema }]))
    responses[status] = schema === undefined ? { description } : { description, content }
  }
  return responses
}

function knownOf(found: string, query: z.ZodObject): Pick<Fault, 'expected' | 'fix'> {
  const names = Object.keys(query.shape)
  const nearest = nearestKey(found, names)
  return {
    expected: names.length === 0 ? 'no parameters' : names.join(', '),
    ...(nearest !== undefined && { fix: nearest }),
  }
}

export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}
