import type { HttpDispatcher, HttpFailure, HttpRequest } from '../../lib/generate/http-dispatcher.ts'
import type { HttpOptions } from '../../lib/scenario/scenario.ts'

/** What a handler was told, with the order of its calls. */
export type Asked = {
  readonly calls: readonly string[]
  readonly connectUs: number
  readonly tlsUs: number
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
  readonly failure: HttpFailure | undefined
  readonly sent: number
  readonly received: number
  /** When the send, the head and the end were, by the dispatcher, in that order. */
  readonly instantsUs: readonly number[]
}

export function httpOptions(options: Partial<HttpOptions> = {}): HttpOptions {
  return {
    timeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    redirects: 10,
    keepAlive: true,
    version: '1.1',
    connections: 'per-user',
    tls: { insecure: false },
    ...options,
  }
}

export function get(origin: string, request: Partial<HttpRequest> = {}): HttpRequest {
  return { origin, method: 'GET', path: '/', headers: [], body: null, timeoutMs: 5_000, wantsBody: true, ...request }
}

/** Dispatches and waits for the last callback. `watch` sees each call's name as it comes. */
export function ask(
  dispatcher: HttpDispatcher,
  request: HttpRequest,
  watch: (call: string) => void = () => undefined,
): Promise<Asked> {
  return new Promise(resolve => {
    const calls: string[] = []
    const chunks: Buffer[] = []
    let inside = true
    let connectUs = -2
    let tlsUs = -2
    const instantsUs: number[] = []
    let status = 0
    let headers: Asked['headers'] = []
    const note = (call: string): void => {
      calls.push(inside ? `${call} inside dispatch` : call)
      watch(call)
    }
    const finish = (failure: HttpFailure | undefined, sent: number, received: number): void =>
      resolve({
        calls,
        connectUs,
        tlsUs,
        status,
        headers,
        body: Buffer.concat(chunks),
        failure,
        sent,
        received,
        instantsUs,
      })
    dispatcher.dispatch(request, {
      onConnect: (connect, tls) => {
        note('connect')
        connectUs = connect
        tlsUs = tls
      },
      onSend: atUs => {
        note('send')
        instantsUs.push(atUs)
      },
      onHeaders: (code, view, atUs) => {
        note('headers')
        instantsUs.push(atUs)
        status = code
        headers = view.entries()
      },
      onData: chunk => {
        if (chunks.length === 0) note('data')
        chunks.push(Buffer.from(chunk))
      },
      onEnd: (sent, received, atUs) => {
        note('end')
        instantsUs.push(atUs)
        finish(undefined, sent, received)
      },
      onError: (failure, sent, received) => {
        note('error')
        finish(failure, sent, received)
      },
    })
    inside = false
  })
}
