import type { HttpRequest } from './http-dispatcher.ts'
import { RepeatMemory } from './repeat-memory.ts'

/** A request as it goes to the socket. */
export type RequestBytes = {
  /** All of it where it is small, as latin-1 text (without a body) or bytes; else the head. */
  readonly first: string | Buffer
  /** A body too big to be copied behind the head. */
  readonly body: Uint8Array | null
  readonly length: number
  readonly head: boolean
}

/** What stands behind a request line's path, up to the fields that its body needs; or why the headers cannot be sent. */
type Fields = { readonly authority: string; readonly text: string; readonly fault: string }

/** Up to this a body is copied behind its head: one write is cheaper than a gathered one. */
const copiedBodyBytes = 64 * 1024

const forbiddenPath = /[^\x21-\x7e\x80-\xff]/
const forbiddenValue = /[^\t\x20-\x7e\x80-\xff]/
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** These frame the message or belong to the connection, which is the dispatcher's. */
const reserved = new Set(['content-length', 'connection', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'te'])
/** Methods whose missing body is announced as `content-length: 0` (RFC 9110 8.6). */
const bodyExpected = new Set(['POST', 'PUT', 'PATCH'])

/** Writes requests as bytes: those without templates once, and of those with some the headers that have none. */
export class RequestBytesCache {
  readonly #connection: string
  readonly #requests = new RepeatMemory<HttpRequest, RequestBytes>()
  readonly #fields = new RepeatMemory<readonly string[], Fields>()

  constructor(keepAlive: boolean) {
    this.#connection = keepAlive ? 'keep-alive' : 'close'
  }

  /** The request's bytes, or why it cannot be sent. `authority` is the origin's. */
  of(request: HttpRequest, authority: string): RequestBytes | string {
    const known = this.#requests.of(request)
    if (known !== undefined) return known
    const { method, path } = request
    if (!token.test(method)) return `not a method: ${JSON.stringify(method)}`
    if (path[0] !== '/' && path !== '*') return `not a path: ${JSON.stringify(path)}`
    if (forbiddenPath.test(path)) return `a path with a character that it must not have: ${JSON.stringify(path)}`
    const fields = this.#fieldsOf(request.headers, authority)
    if (fields.fault !== '') return fields.fault
    const bytes = requestBytes(request, fields)
    this.#requests.made(request, bytes)
    return bytes
  }

  #fieldsOf(headers: readonly string[], authority: string): Fields {
    const known = this.#fields.of(headers)
    if (known?.authority === authority) return known
    const fields = headerFields(headers, authority, this.#connection)
    this.#fields.made(headers, fields)
    return fields
  }
}

function headerFields(headers: readonly string[], authority: string, connection: string): Fields {
  const refused = (fault: string): Fields => ({ authority, text: '', fault })
  let host = authority
  let fields = ''
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ''
    const value = headers[index + 1] ?? ''
    if (!token.test(name)) return refused(`not a header name: ${JSON.stringify(name)}`)
    if (forbiddenValue.test(value))
      return refused(`header ${name} with a character that it must not have: ${JSON.stringify(value)}`)
    if (name === 'host') host = value
    else if (reserved.has(name)) return refused(`header ${name} is not for a scenario to set`)
    else fields += `${name}: ${value}\r\n`
  }
  return { authority, text: ` HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n${fields}`, fault: '' }
}

function requestBytes({ method, path, body }: HttpRequest, fields: Fields): RequestBytes {
  const bodyLength = body?.byteLength ?? 0
  const length = bodyLength > 0 || bodyExpected.has(method) ? `content-length: ${bodyLength}\r\n` : ''
  const text = `${method} ${path}${fields.text}${length}\r\n`
  const head = method === 'HEAD'
  if (body === null || bodyLength === 0) return { first: text, body: null, length: text.length, head }
  const total = text.length + bodyLength
  if (bodyLength > copiedBodyBytes) return { first: text, body, length: total, head }
  const first = Buffer.allocUnsafe(total)
  first.write(text, 0, 'latin1')
  first.set(body, text.length)
  return { first, body: null, length: total, head }
}
