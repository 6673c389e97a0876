import { inject } from 'vitest'
import { iamSigner } from '../../lib/workflow/request-signer.ts'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

const signer = iamSigner({ region: 'us-east-1' })

/** One signed request to the deployed HTTP API, as any client would send it; nothing is tried again. */
export async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const url = new URL(`${inject('deployed').apiUrl}/${path}`)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const sign = await signer
  const { host: _, ...signed } = await sign({
    method,
    url,
    headers: { ...headers, ...(text !== undefined && { 'content-type': 'application/json' }) },
    body: text,
  })
  const answer = await fetch(url, {
    method,
    headers: signed,
    ...(text !== undefined && { body: text }),
    signal: AbortSignal.timeout(35_000),
  })
  const said = await answer.text()
  return { status: answer.status, headers: answer.headers, text: said, json: parsed(said) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
