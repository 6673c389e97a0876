import type { HttpRequest } from './http-dispatcher.ts'

/** A request as it goes to the socket. */
export type RequestBytes = {
  /** All of it where it is small, as latin-1 text (without a body) or bytes; else the head. */
  readonly first: string | Buffer
  /** A body too big to be copied behind the head. */
  readonly body: Uint8Array | null
  readonly length: number
  readonly head: boolean
}

/** Up to this a body is copied behind its head: one write is cheaper than a gathered one. */
const copiedBodyBytes = 64 * 1024
const candidates = 32

const forbiddenPath = /[^\x21-\x7e\x80-\xff]/
const forbiddenValue = /[^\t\x20-\x7e\x80-\xff]/
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** These frame the message or belong to the connection, which is the dispatcher's. */
const reserved = new Set(['content-length', 'connection', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'te'])
/** Methods whose missing body is announced as `content-length: 0` (RFC 9110 8.6). */
const bodyExpected = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Writes requests as bytes, once for each that is sent again and again: the engine dispatches the same object for a step
 * without templates. What is seen a second time within the last few is remembered for good, weakly; rendered requests
 * are seen once, and cost the memory nothing.
 */
export class RequestBytesCache {
  readonly #keepAlive: boolean
  readonly #known = new WeakMap<HttpRequest, RequestBytes>()
  readonly #seen: (HttpRequest | undefined)[] = new Array(candidates).fill(undefined)
  #next = 0

  constructor(keepAlive: boolean) {
    this.#keepAlive = keepAlive
  }

  /** The request's bytes, or why it cannot be sent. `authority` is the origin's. */
  of(request: HttpRequest, authority: string): RequestBytes | string {
    const known = this.#known.get(request)
    if (known !== undefined) return known
    const bytes = requestBytes(request, authority, this.#keepAlive)
    if (typeof bytes === 'string') return bytes
    if (this.#seen.includes(request)) this.#known.set(request, bytes)
    else {
      this.#seen[this.#next] = request
      this.#next = (this.#next + 1) % candidates
    }
    return bytes
  }
}

function requestBytes(request: HttpRequest, authority: string, keepAlive: boolean): RequestBytes | string {
  const { method, path, headers, body } = request
  if (!token.test(method)) return `not a method: ${JSON.stringify(method)}`
  if (path[0] !== '/' && path !== '*') return `not a path: ${JSON.stringify(path)}`
  if (forbiddenPath.test(path)) return `a path with a character that it must not have: ${JSON.stringify(path)}`
  let host = authority
  let fields = ''
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ''
    const value = headers[index + 1] ?? ''
    if (!token.test(name)) return `not a header name: ${JSON.stringify(name)}`
    if (forbiddenValue.test(value))
      return `header ${name} with a character that it must not have: ${JSON.stringify(value)}`
    if (name === 'host') host = value
    else if (reserved.has(name)) return `header ${name} is not for a scenario to set`
    else fields += `${name}: ${value}\r\n`
  }
  const bodyLength = body?.byteLength ?? 0
  const length = bodyLength > 0 || bodyExpected.has(method) ? `content-length: ${bodyLength}\r\n` : ''
  const connection = keepAlive ? 'keep-alive' : 'close'
  const text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n${fields}${length}\r\n`
  const head = method === 'HEAD'
  if (body === null || bodyLength === 0) return { first: text, body: null, length: text.length, head }
  const total = text.length + bodyLength
  if (bodyLength > copiedBodyBytes) return { first: text, body, length: total, head }
  const first = Buffer.allocUnsafe(total)
  first.write(text, 0, 'latin1')
  first.set(body, text.length)
  return { first, body: null, length: total, head }
}
