import { ChunkLine, chunkLine } from './fast-chunk-line.ts'
import { HeadLines } from './fast-head-lines.ts'
import { HeadMemory, type KnownHead } from './fast-head-memory.ts'
import { ResponseHead } from './fast-response-head.ts'

/** What a response is made of, in order. `stop()` may be called inside any of these. */
export interface ResponseEvents {
  /** The final head is complete: `status` and the head's place are valid, the place only inside the call. */
  onHead(): void
  /** Body bytes, without their framing: `bytes[from, to)`, valid only inside the call. */
  onBody(bytes: Uint8Array, from: number, to: number): void
  /** `keepAlive` says whether the connection may carry another request. */
  onComplete(): void
}

/** Between messages: any byte is unsolicited. */
const idle = 0
const head = 1
const lengthBody = 2
const closeBody = 3
const chunkFrame = 4
const chunkData = 5
const trailers = 6
const failed = 7

/**
 * HTTP/1.1 responses (RFC 9112), incrementally: bytes in, events out, no copy but for a head that comes in pieces. It is as
 * strict as llhttp without its lenient flags: CRLF only, no folded lines, no space before a colon, one Content-Length,
 * none beside Transfer-Encoding. Stricter than llhttp in three places, because a load test must not take them for an
 * answer: a protocol other than HTTP, a status below 100, and a 101 that nobody asked for.
 */
export class FastResponseParser {
  readonly #events: ResponseEvents
  #state = idle
  #headRequest = false

  /** Valid from `onHead` on: whether the connection may be used again once the response is complete. */
  keepAlive = false
  /** Why the response was refused; empty while it was not. */
  error = ''

  /** The head's lines after the status line: `headBytes[headersFrom, headersTo)`. */
  headBytes: Uint8Array = nothing
  headersFrom = 0
  headersTo = 0
  /** In `onHead`: the memory's entry for this head, where it has one. */
  knownHead: KnownHead | undefined

  readonly #memory: HeadMemory
  readonly #ownHead = new ResponseHead()
  /** What is read of the current head: the parser's own, or a known one, which is not written to. */
  #head = this.#ownHead
  readonly #lines = new HeadLines(this.#ownHead)
  /** No byte of a head has come: its lines, which a known head has no need of, are not made ready yet. */
  #unread = false

  /** An informational head said `connection: close`: nothing may follow. */
  #sealed = false

  /** Body or chunk bytes that are still to come. */
  #left = 0
  #chunkLine: ChunkLine | undefined

  /** Parsers that read into one buffer can share a memory. */
  constructor(events: ResponseEvents, memory = new HeadMemory()) {
    this.#events = events
    this.#memory = memory
  }

  /** Valid from `onHead` on. */
  get status(): number {
    return this.#head.status
  }

  /** Seconds of a `keep-alive: timeout=N` header; -1 without one. */
  get keepAliveSeconds(): number {
    return this.#head.keepAliveSeconds
  }

  /** A request was sent; its answer comes next. An answer to HEAD has no body, whatever its headers say. */
  begin(headRequest: boolean): void {
    this.#headRequest = headRequest
    this.#sealed = false
    this.error = ''
    this.#startHead()
  }

  /** Takes no more bytes for this response. */
  stop(): void {
    this.#state = idle
  }

  /** Whether the final head has come and the body has not ended. */
  get inBody(): boolean {
    return this.#state !== idle && this.#state !== head && this.#state !== failed
  }

  /** Reads `bytes[from, to)` and returns where it stopped: before `to` only if it failed or the response is complete. */
  execute(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    while (at < to) {
      switch (this.#state) {
        case head:
        case trailers:
          at = this.#readLines(bytes, at, to)
          break
        case lengthBody:
        case chunkData:
          at = this.#readSpan(bytes, at, to)
          break
        case closeBody:
          this.#events.onBody(bytes, at, to)
          return to
        case idle:
        case failed:
          return at
        default:
          at = this.#readChunkLine(bytes, at, to)
      }
    }
    return at
  }

  /** The peer has closed: true if that is what ends this response (which is then complete), false if it cuts it off. */
  finish(): boolean {
    if (this.#state !== closeBody) return false
    this.#complete()
    return true
  }

  #startHead(): void {
    this.#state = head
    this.#head = this.#ownHead
    this.keepAlive = false
    this.#unread = true
  }

  #fail(reason: string): void {
    this.error = reason
    this.#state = failed
  }

  #complete(): void {
    this.#state = idle
    this.#events.onComplete()
  }

  /** Head or trailers. Returns where to go on. */
  #readLines(bytes: Uint8Array, from: number, to: number): number {
    if (this.#sealed) {
      this.#fail('data after `connection: close`')
      return from
    }
    const begins = this.#unread
    const whole = begins && from === 0
    this.#unread = false
    const known = whole ? this.#memory.find(bytes, to) : undefined
    if (known !== undefined) {
      this.#head = known.head
      return this.#endLines(bytes, 0, known.length, known.length, known)
    }
    const lines = this.#lines
    if (begins) lines.beginHead()
    const next = lines.read(bytes, from, to)
    if (next >= 0) {
      if (whole) this.#memory.missed(bytes, lines.end, this.#head)
      return this.#endLines(lines.bytes, lines.start, lines.end, next, undefined)
    }
    if (lines.error === '') return to
    this.#fail(lines.error)
    return from
  }

  /** The empty line has come. `next` is where the bytes after it are in what `execute` was given. */
  #endLines(bytes: Uint8Array, start: number, end: number, next: number, known: KnownHead | undefined): number {
    if (this.#state === trailers) {
      this.#complete()
      return next
    }
    this.keepAlive = this.#staysOpen()
    if (this.status < 200) {
      if (this.status === 101) {
        this.#fail('an upgrade that was not asked for')
        return next
      }
      const sealed = !this.keepAlive
      this.#startHead()
      this.#sealed = sealed
      return next
    }
    this.headBytes = bytes
    this.headersFrom = start + this.#head.headersFrom
    this.knownHead = known
    this.headersTo = end - 2
    this.#startBody()
    return next
  }

  #bodyless(): boolean {
    return this.#headRequest || this.status < 200 || this.status === 204 || this.status === 304
  }

  /** RFC 9112 9.3, and no reuse where the connection's end is the response's end. */
  #staysOpen(): boolean {
    const endsWithConnection = !this.#bodyless() && !this.#head.chunked && this.#head.contentLength < 0
    if (endsWithConnection || this.#head.connectionClose) return false
    // A 204 or 304 that announces a body may have one on the wire, which would be taken for the next answer.
    const announced = this.#head.contentLength > 0 || this.#head.transferEncoding
    if (announced && (this.status === 204 || this.status === 304) && !this.#headRequest) return false
    return this.#head.http11 || this.#head.connectionKeepAlive
  }

  #startBody(): void {
    if (this.#bodyless() || (!this.#head.chunked && this.#head.contentLength === 0)) {
      this.#state = lengthBody
      this.#events.onHead()
      if (this.#state === lengthBody) this.#complete()
      return
    }
    if (this.#head.chunked) {
      this.#state = chunkFrame
      this.#chunkLine ??= new ChunkLine()
      this.#chunkLine.first()
    } else if (this.#head.contentLength > 0) {
      this.#state = lengthBody
      this.#left = this.#head.contentLength
    } else {
      this.#state = closeBody
    }
    this.#events.onHead()
  }

  #readSpan(bytes: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + this.#left)
    this.#left -= end - from
    this.#events.onBody(bytes, from, end)
    if (this.#left > 0) return end
    if (this.#state === chunkData) this.#state = chunkFrame
    else if (this.#state === lengthBody) this.#complete()
    return end
  }

  /** A chunk's size line and the CRLF after its data. Returns where to go on. */
  #readChunkLine(bytes: Uint8Array, from: number, to: number): number {
    const line = this.#chunkLine
    if (line === undefined) throw new Error('a chunk outside of a chunked body')
    for (let at = from; at < to; at++) {
      switch (line.next(bytes[at] ?? 0)) {
        case chunkLine.more:
          break
        case chunkLine.failed:
          this.#fail(line.error)
          return at
        case chunkLine.data:
          this.#state = chunkData
          this.#left = line.size
          return at + 1
        default:
          this.#state = trailers
          // Trailers are read into the head's fields, and a known head belongs to all connections.
          if (this.#head !== this.#ownHead) this.#head = this.#ownHead.become(this.#head)
          this.#lines.beginTrailers()
          return at + 1
      }
    }
    return to
  }
}

const nothing: Uint8Array = Buffer.alloc(0)
