import * as z from 'zod'
import type { Fault } from '../scenario/fault.ts'

/** https://www.rfc-editor.org/rfc/rfc9457: every error of the API, with every fault of the request at once. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    faults: z.array(
      z.object({
        file: z.string().optional(),
        line: z.int().optional(),
        column: z.int().optional(),
        path: z.string().optional(),
        message: z.string(),
        expected: z.string().optional(),
        fix: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' })

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  403: 'Target not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not within limits',
  429: 'Too many runs',
  500: 'Squall broke',
  501: 'Not here',
  503: 'Store unavailable',
}

/** A request that is refused. `faults` are the caller's, in the scenario's own terms. */
export class Problem extends Error {
  readonly status: number
  readonly faults: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    detail: string,
    faults: readonly Fault[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.faults = faults
    this.headers = headers
  }

  response(): Response {
    const { status, message: detail, faults } = this
    const body = { type: 'about:blank', title: titles[status] ?? 'Problem', status, detail, faults }
    const headers = { 'content-type': 'application/problem+json', ...this.headers }
    return new Response(JSON.stringify(body), { status, headers })
  }
}
