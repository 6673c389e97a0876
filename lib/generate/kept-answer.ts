import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import type { JsonValue } from '../scenario/json.ts'
import type { Answer } from './answer.ts'
import type { HttpHeaders } from './http-dispatcher.ts'

type HeaderList = readonly (readonly [string, string])[]

const noHeaders: HeaderList = []
const noCookies: readonly string[] = []
/** A body that grows beyond this when it is decoded is refused: a few KB of gzip can stand for gigabytes. */
const maxOutputLength = 64 * 1024 * 1024

/**
 * What is kept of an answer for checks, saves and `response`: the status always, headers and body only where the flow
 * reads them. One a user slot, filled anew by each request; the body is decoded and parsed when it is first read.
 */
export class KeptAnswer implements Answer {
  status = 0
  /** Service time. */
  timeMs = 0
  /** Why the body could not be decoded; empty where it could, or was not read. */
  problem = ''
  setCookies: readonly string[] = noCookies
  /** What is to be cleared for the next answer; to clear it for nothing would cost lines of the processor's cache. */
  private filled = false
  /** Bytes of the body as they came, before decoding; 0 where the body was not kept. */
  sizeBytes = 0
  url = ''
  /** Where a cookie is looked for that this answer did not set. */
  jar: ((name: string) => string | undefined) | undefined
  private list: HeaderList = noHeaders
  private readonly chunks: Uint8Array[] = []
  private encoding = ''
  private decoded: string | undefined
  private parsed: { readonly value: JsonValue | undefined } | undefined

  /** For the next answer, whose status and time are always set. */
  reset(): void {
    this.status = 0
    if (!this.filled) return
    this.filled = false
    this.problem = ''
    this.setCookies = noCookies
    this.sizeBytes = 0
    this.list = noHeaders
    this.chunks.length = 0
    this.encoding = ''
    this.decoded = undefined
    this.parsed = undefined
  }

  keepHeaders(headers: HttpHeaders): void {
    this.filled = true
    this.list = headers.entries()
  }

  keepCookies(headers: HttpHeaders): void {
    this.filled = true
    this.setCookies = headers.all('set-cookie')
  }

  keepEncoding(headers: HttpHeaders): void {
    this.filled = true
    this.encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  }

  keepChunk(chunk: Uint8Array): void {
    this.filled = true
    this.sizeBytes += chunk.length
    this.chunks.push(Buffer.from(chunk))
  }

  entries(): HeaderList {
    return this.list
  }

  header(name: string): string | undefined {
    const wanted = name.toLowerCase()
    return this.list.find(([each]) => each.toLowerCase() === wanted)?.[1]
  }

  headers(name: string): readonly string[] {
    const wanted = name.toLowerCase()
    return this.list.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value)
  }

  cookie(name: string): string | undefined {
    for (let i = this.setCookies.length - 1; i >= 0; i--) {
      const [pair = ''] = (this.setCookies[i] ?? '').split(';', 1)
      const equals = pair.indexOf('=')
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
    }
    return this.jar?.(name)
  }

  text(): string {
    if (this.decoded !== undefined) return this.decoded
    this.filled = true
    try {
      this.decoded = withoutMark(decode(Buffer.concat(this.chunks), this.encoding).toString('utf8'))
    } catch (error) {
      this.problem = `${this.encoding}: ${error instanceof Error ? error.message : String(error)}`
      this.decoded = ''
    }
    return this.decoded
  }

  json(): JsonValue | undefined {
    if (this.parsed === undefined) {
      try {
        this.parsed = { value: JSON.parse(this.text()) }
      } catch {
        this.parsed = { value: undefined }
      }
    }
    return this.parsed.value
  }
}

function decode(bytes: Buffer, encodings: string): Buffer {
  if (encodings === '' || bytes.length === 0) return bytes
  let body = bytes
  for (const encoding of encodings.split(',').reverse()) body = decodeOne(body, encoding.trim())
  return body
}

function decodeOne(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, { maxOutputLength })
    case 'br':
      return brotliDecompressSync(body, { maxOutputLength })
    case 'deflate':
      return inflateSync(body, { maxOutputLength })
    case 'zstd':
      return zstdDecompressSync(body, { maxOutputLength })
    case 'identity':
    case '':
      return body
    default:
      throw new Error('an encoding that Squall does not read')
  }
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
