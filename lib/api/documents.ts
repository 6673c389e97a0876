import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import type { DocumentKind, DocumentPage, Put, PutOptions, StoredDocument } from '../store/document-store.ts'
import { bytesInAnswer, MAX_ANSWER_BYTES } from './answer-size.ts'
import type { ApiPorts } from './api-ports.ts'
import { addEndpoint, json } from './endpoint.ts'
import { nameSchema } from './posted-run.ts'
import { Problem } from './problem.ts'

const params = z.object({ name: nameSchema })
const none = z.object({})
const checkOnly = z.object({
  check: z.literal('only').optional().meta({ description: 'checks what is sent, and keeps nothing' }),
})

/** How documents of a kind are changed; a kind may have more to do than to write its document. */
export type Keeping = {
  put(name: string, body: object, options: PutOptions): Promise<Put | undefined>
  delete(name: string): Promise<StoredDocument | undefined>
}

/** A kind of named documents: what a PUT takes, and what is kept of it. */
export type DocumentEndpoints<Body extends z.ZodType> = {
  readonly kind: DocumentKind
  readonly path: string
  readonly body: Body
  /** Checks what was put, and gives what is kept. Throws a `Problem`. */
  read(name: string, body: z.output<Body>): Promise<object>
  /** Where it is given, a PUT may ask for it alone: throws a `Problem` where the body is wrong in itself. */
  readonly check?: (body: z.output<Body>) => void
  /** Why a document may not be removed now. Throws a `Problem`. */
  readonly removable?: (name: string) => Promise<void>
  /** Absent: the documents alone. */
  readonly keeping?: Keeping
}

/** PUT, GET, DELETE of a name, and the list: the same for each kind. `If-Match` protects a change of another's change. */
export function addDocuments<Body extends z.ZodType>(
  app: OpenAPIHono,
  ports: ApiPorts,
  endpoints: DocumentEndpoints<Body>,
): void {
  const { documents } = ports
  const { kind, path, body, read, check, removable } = endpoints
  const {
    keeping = {
      put: (name, kept, options) => documents.put(kind, name, kept, options),
      delete: name => documents.delete(kind, name),
    },
  } = endpoints
  const title = kind.replace(/^./, letter => letter.toUpperCase())
  const documentSchema = z
    .looseObject({ name: z.string(), version: z.int(), updatedAt: z.iso.datetime() })
    .meta({ id: title })
  addEndpoint(app, {
    method: 'put',
    path: `${path}/{name}`,
    operation: `put${title}`,
    summary: `Keeps a ${kind}, or changes it`,
    params,
    query: check === undefined ? none : checkOnly,
    headers: z.object({
      'if-match': z
        .string()
        .regex(/^("\d{1,15}"|\*)$/, 'the ETag of a GET')
        .optional()
        .meta({ description: 'the ETag of a GET: refuses the change where another was made since' }),
    }),
    body,
    answers: {
      200: { description: 'Changed', schema: documentSchema },
      201: { description: 'Kept', schema: documentSchema },
      ...(check !== undefined && { 204: { description: 'It is right in itself; nothing was kept' } }),
    },
    async handle({ params: { name }, query, body: given, headers }) {
      if ('check' in query && query['check'] !== undefined) {
        check?.(given)
        return new Response(null, { status: 204 })
      }
      if (headers['if-match'] === '*' && (await documents.get(kind, name)) === undefined)
        throw new Problem(412, `there is no ${kind} "${name}"`)
      const kept = await read(name, given)
      const ifVersion = versionOf(headers['if-match'])
      const put = await keeping.put(name, kept, ifVersion === undefined ? {} : { ifVersion })
      if (put === undefined) throw new Problem(412, `the ${kind} "${name}" has changed since it was read`)
      const stored = await documents.get(kind, name)
      if (stored === undefined) throw new Problem(409, `the ${kind} "${name}" was removed at the same time`)
      return documentResponse(stored, put.version === 1 ? 201 : 200)
    },
  })
  addEndpoint(app, {
    method: 'get',
    path: `${path}/{name}`,
    operation: `get${title}`,
    summary: `Reads a ${kind}`,
    params,
    query: none,
    answers: { 200: { description: `The ${kind}`, schema: documentSchema } },
    async handle({ params: { name } }) {
      const stored = await documents.get(kind, name)
      if (stored === undefined) throw new Problem(404, `there is no ${kind} "${name}"`)
      return documentResponse(stored, 200)
    },
  })
  addEndpoint(app, {
    method: 'delete',
    path: `${path}/{name}`,
    operation: `delete${title}`,
    summary: `Removes a ${kind}`,
    params,
    query: none,
    answers: { 204: { description: 'Removed' } },
    async handle({ params: { name } }) {
      await removable?.(name)
      if ((await keeping.delete(name)) === undefined) throw new Problem(404, `there is no ${kind} "${name}"`)
      return new Response(null, { status: 204 })
    },
  })
  addEndpoint(app, {
    method: 'get',
    path,
    operation: `list${title}s`,
    summary: `Lists each ${kind} by name`,
    params: none,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      after: nameSchema.optional(),
    }),
    answers: {
      200: {
        description: 'A page',
        schema: z.object({ [`${kind}s`]: z.array(documentSchema), next: z.string().optional() }),
      },
    },
    async handle({ query: { limit, after } }) {
      const page = await documents.list(kind, { limit, ...(after !== undefined && { after }) })
      const { documents: fitting, next } = withinAnswer(page)
      return json({ [`${kind}s`]: fitting.map(shown), ...(next !== undefined && { next }) })
    },
  })
}

function shown({ name, body, version, updatedAt }: StoredDocument): object {
  return { name, version, updatedAt, ...(typeof body === 'object' && body) }
}

/** The page, or as much of it as an answer holds: at least one document, each of which is smaller than an answer. */
function withinAnswer(page: DocumentPage): DocumentPage {
  let bytes = 0
  const after = page.documents.findIndex(document => {
    bytes += bytesInAnswer(JSON.stringify(shown(document)))
    return bytes > MAX_ANSWER_BYTES
  })
  const documents = after < 1 ? page.documents : page.documents.slice(0, after)
  const last = documents.at(-1)
  return documents.length === page.documents.length || last === undefined ? page : { documents, next: last.name }
}

function documentResponse(stored: StoredDocument, status: number): Response {
  return json(shown(stored), status, { etag: `"${stored.version}"` })
}

function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined
  return Number(ifMatch.slice(1, -1))
}
