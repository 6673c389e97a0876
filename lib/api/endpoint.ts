import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type * as z from 'zod'
import type { Fault } from '../scenario/fault.ts'
import { Problem, problemSchema, schemaFaults } from './problem.ts'

/** Lambda takes 6 MB; a scenario may have 4 MB. */
const MAX_BODY_BYTES = 5_000_000

/** What a handler is given: the parts of the request, each as its schema reads it. */
export type ApiRequest<Params, Query, Body> = {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  header(name: string): string | undefined
  readonly context: Context
}

export type Answers = Readonly<
  Record<number, { readonly description: string; readonly schema?: z.ZodType; readonly type?: string }>
>

/** One operation of the API: its place in the OpenAPI document, and what it does. */
export type Endpoint<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> = {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** Parameters in braces: `/runs/{id}`. */
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly params: Params
  readonly query: Query
  /** Absent: the operation takes none. */
  readonly body?: Body
  readonly answers: Answers
  handle(request: ApiRequest<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Response>
}

/** Adds an operation to the router and to the document. All faults of params, query and body are told together. */
export function addEndpoint<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  app: OpenAPIHono,
  endpoint: Endpoint<Params, Query, Body>,
): void {
  const { method, path, operation, summary, params, query, body, answers } = endpoint
  const problem = { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } }
  const responses: Record<string, object> = { '4XX': problem, '5XX': problem }
  for (const [status, { description, schema, type = 'application/json' }] of Object.entries(answers))
    responses[status] = schema === undefined ? { description } : { description, content: { [type]: { schema } } }
  app.openAPIRegistry.registerPath({
    method,
    path,
    operationId: operation,
    summary,
    request: {
      params,
      query,
      ...(body !== undefined && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses,
  })
  app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), async context => {
    const faults: Fault[] = []
    const read = <T extends z.ZodType>(part: string, schema: T, value: unknown): z.output<T> | undefined => {
      const parsed = schema.safeParse(value)
      if (parsed.success) return parsed.data
      faults.push(...schemaFaults(part, parsed.error))
      return undefined
    }
    const given = {
      params: read('path', params, context.req.param()),
      query: read('query', query, context.req.query()),
      body: body === undefined ? undefined : read('body', body, await jsonBody(context)),
    }
    if (faults.length > 0) throw new Problem(400, 'the request is not as the API reads it', faults)
    const header = (name: string) => context.req.header(name)
    // Each part has been read by its own schema, or a fault was found.
    return endpoint.handle({ ...given, header, context } as Parameters<typeof endpoint.handle>[0])
  })
}

async function jsonBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type))
    throw new Problem(415, `the body is ${type === '' ? 'of no type' : type}, where application/json is expected`)
  const text = await context.req.text()
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BODY_BYTES)
    throw new Problem(413, `the body has ${bytes} bytes, of at most ${MAX_BODY_BYTES}: files go by POST /uploads`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}
