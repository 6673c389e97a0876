import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { Fault } from '../scenario/fault.ts'
import type { CloudEndpoint } from './cloud-endpoint.ts'

const faultSchema = z.object({
  file: z.exactOptional(z.string()),
  line: z.exactOptional(z.number()),
  column: z.exactOptional(z.number()),
  path: z.exactOptional(z.string()),
  message: z.string(),
  expected: z.exactOptional(z.string()),
  fix: z.exactOptional(z.string()),
})

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  faults: z.array(faultSchema).optional(),
})

/** The API refused a request: problem details (RFC 9457) as faults for the user. */
export class ApiProblem extends Error {
  readonly status: number
  readonly faults: readonly Fault[]
  constructor(status: number, message: string, faults: readonly Fault[]) {
    super(message)
    this.name = 'ApiProblem'
    this.status = status
    this.faults = faults
  }
}

/** No answer. */
export class ApiUnreachable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'ApiUnreachable'
  }
}

export type Ask = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the API's URL, without a leading slash: `runs/ID`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the waiting for an answer, and the repetitions: rejects with `ApiUnreachable`. */
  readonly signal?: AbortSignal
}

/** A request may be sent so often; all of the API's are safe to repeat (POST by its Idempotency-Key). */
const attempts = 4
const firstPauseMs = 500
const answerWithinMs = 35_000

/** Squall's HTTP API, deployed or `squall serve`. Rejects with `ApiProblem` or `ApiUnreachable`. */
export class ApiClient {
  readonly #endpoint: CloudEndpoint

  constructor(endpoint: CloudEndpoint) {
    this.#endpoint = endpoint
  }

  get url(): URL {
    return this.#endpoint.url
  }

  async json<T>(ask: Ask, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#send(ask)
    return schema.parse(response.status === 204 ? null : await response.json())
  }

  /** Puts a file where the API said, which may be another host: what is sent is signed in the URL. */
  async put(url: string, bytes: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void> {
    const at = new URL(url, this.#endpoint.url)
    const send = () =>
      fetch(at, { method: 'PUT', body: new Uint8Array(bytes), headers, signal: AbortSignal.timeout(120_000) })
    await this.#again(send)
  }

  #send(ask: Ask): Promise<Response> {
    return this.#again(() => this.#sendOnce(ask), ask.signal)
  }

  async #again(send: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
    for (let attempt = 1, pauseMs = firstPauseMs; ; attempt++, pauseMs *= 2) {
      try {
        const response = await send()
        if (response.ok) return response
        const again = response.status === 429 || response.status >= 500
        if (!again || attempt === attempts) throw await problemOf(response)
      } catch (error) {
        if (error instanceof ApiProblem) throw error
        const reason =
          error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
        if (attempt === attempts || signal?.aborted)
          throw new ApiUnreachable(`${this.url.host} does not answer: ${reason}`, error)
      }
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
    }
  }

  async #sendOnce({ method, path, query, body, headers, signal }: Ask): Promise<Response> {
    const url = new URL(path, this.#endpoint.url)
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, value)
    const text = body === undefined ? undefined : JSON.stringify(body)
    const signed = await this.#endpoint.sign({
      method,
      url,
      headers: { ...headers, ...(text !== undefined && { 'content-type': 'application/json' }) },
      body: text,
    })
    const { host: _, ...sent } = signed
    const ended = () => {
      const patience = AbortSignal.timeout(answerWithinMs)
      return signal === undefined ? patience : AbortSignal.any([signal, patience])
    }
    const response = await fetch(url, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(text !== undefined && { body: text }),
      signal: ended(),
    })
    const elsewhere = response.headers.get('location')
    if (response.status !== 307 || elsewhere === null) return response
    // A large answer lies in the bucket, which takes the URL's own signature and refuses the fields of another.
    return fetch(new URL(elsewhere, url), { signal: ended() })
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text()
  let problem: z.infer<typeof problemSchema> | undefined
  try {
    problem = problemSchema.safeParse(JSON.parse(text)).data
  } catch {
    // API Gateway's own refusals and proxies in between do not speak of problems.
  }
  const said = problem?.detail ?? problem?.title ?? text.slice(0, 200)
  return new ApiProblem(response.status, `${response.status} ${said}`, problem?.faults ?? [])
}
