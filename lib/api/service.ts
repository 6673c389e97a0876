import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { version } from '../version.ts'
import { addEndpoint, json } from './endpoint.ts'

const none = z.object({})

/** The API about itself. Added last: the document has what was added before it, and itself. */
export function addService(app: OpenAPIHono): void {
  addEndpoint(app, {
    method: 'get',
    path: '/health',
    operation: 'getHealth',
    summary: 'Answers where the API does',
    params: none,
    query: none,
    answers: {
      200: { description: 'It does', schema: z.object({ status: z.literal('ok'), version: z.string() }) },
    },
    handle: () => json({ status: 'ok', version }),
  })
  let document: object | undefined
  addEndpoint(app, {
    method: 'get',
    path: '/openapi.json',
    operation: 'getDocument',
    summary: 'This document',
    params: none,
    query: none,
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.literal('3.1.0') }) } },
    handle: () => {
      document ??= openApiDocument(app)
      return json(document)
    },
  })
}

export function openApiDocument(app: OpenAPIHono): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Squall', version, description: 'Load tests and their verdicts', license: { name: 'Apache-2.0' } },
    servers: [{ url: '/v1' }],
  })
}
