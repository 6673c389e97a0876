import { ChunkLine, chunkLine } from './fast-chunk-line.ts'
import { HeadMemory, type KnownHead } from './fast-head-memory.ts'
import { ResponseHead } from './fast-response-head.ts'
import { classOf, field, isDigit, isTokenByte, isValueByte, sameName } from './http-bytes.ts'

/** What a response is made of, in order. `stop()` may be called inside any of these. */
export interface ResponseEvents {
  /** The final head is complete: `status` and the head's place are valid, the place only inside the call. */
  onHead(): void
  /** Body bytes, without their framing: `bytes[from, to)`, valid only inside the call. */
  onBody(bytes: Uint8Array, from: number, to: number): void
  /** `keepAlive` says whether the connection may carry another request. */
  onComplete(): void
}

/** Status line and headers, and the trailers, may be so long. */
const maxHeadBytes = 64 * 1024

/** Between messages: any byte is unsolicited. */
const idle = 0
const head = 1
const lengthBody = 2
const closeBody = 3
const chunkFrame = 4
const chunkData = 5
const trailers = 6
const failed = 7

const cr = 13
const lf = 10

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

  /** A head that came in pieces, and how much of it is there. */
  #held: Uint8Array = nothing
  #heldLength = 0
  /** Where in the head (or the trailers) the next unread line starts. */
  #lineOffset = 0
  #statusRead = false

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
    this.#heldLength = 0
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
    this.#heldLength = 0
    this.#lineOffset = 0
    this.#statusRead = false
  }

  #fail(reason: string): number {
    this.error = reason
    this.#state = failed
    return -1
  }

  #complete(): void {
    this.#state = idle
    this.#events.onComplete()
  }

  /** Head or trailers: in place where they come in one piece, else in a buffer of their own. Returns where to go on. */
  #readLines(bytes: Uint8Array, from: number, to: number): number {
    if (this.#sealed) {
      this.#fail('data after `connection: close`')
      return from
    }
    if (this.#heldLength === 0) {
      const whole = this.#state === head && from === 0
      const known = whole ? this.#memory.find(bytes, to) : undefined
      if (known !== undefined) {
        this.#head = known.head
        return this.#endLines(bytes, 0, known.length, known.length, known)
      }
      const end = this.#parseLines(bytes, from, to)
      if (end >= 0) {
        if (whole) this.#memory.missed(bytes, end, this.#head)
        return this.#endLines(bytes, from, end, end, undefined)
      }
      if (this.#state !== failed) this.#hold(bytes, from, to)
    } else {
      const before = this.#heldLength
      this.#hold(bytes, from, to)
      const end = this.#parseLines(this.#held, 0, this.#heldLength)
      if (end >= 0) return this.#endLines(this.#held, 0, end, from + end - before, undefined)
    }
    if (this.#heldLength >= maxHeadBytes && this.#state !== failed) this.#fail('the head is longer than 64 KB')
    return this.#state === failed ? from : to
  }

  /** Keeps what has come of a head, up to the limit; what is beyond it may be body that came with the head's end. */
  #hold(bytes: Uint8Array, from: number, to: number): void {
    const kept = Math.min(to - from, maxHeadBytes - this.#heldLength)
    this.#grow(this.#heldLength + kept)
    this.#held.set(bytes.subarray(from, from + kept), this.#heldLength)
    this.#heldLength += kept
  }

  #grow(length: number): void {
    if (this.#held.length >= length) return
    const larger = Buffer.allocUnsafe(Math.min(maxHeadBytes, Math.max(1024, length * 2)))
    larger.set(this.#held.subarray(0, this.#heldLength))
    this.#held = larger
  }

  /** Reads whole lines of the head that starts at `start`; the index after its empty line, or -1: incomplete or failed. */
  #parseLines(bytes: Uint8Array, start: number, to: number): number {
    let at = start + this.#lineOffset
    if (this.#state === head && !this.#statusRead) {
      this.#head.clear()
      at = this.#parseStatusLine(bytes, at, to)
      if (at < 0) return -1
      this.#statusRead = true
      this.#lineOffset = at - start
      this.#head.headersFrom = at - start
    }
    for (;;) {
      if (at >= to) return -1
      if (bytes[at] === cr) {
        if (at + 1 >= to) return -1
        if (bytes[at + 1] !== lf) return this.#fail('a CR without its LF after the headers')
        if (at + 2 - start > maxHeadBytes) return this.#fail('the head is longer than 64 KB')
        return at + 2
      }
      at = this.#parseField(bytes, at, to)
      if (at < 0) return -1
      this.#lineOffset = at - start
    }
  }

  #parseStatusLine(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    // Empty lines before the status line are passed over (RFC 9112 2.2).
    while (at < to && (bytes[at] === cr || bytes[at] === lf)) at++
    const line = at
    for (let index = 0; index < versionPrefix.length; index++, at++) {
      if (at >= to) return -1
      if (bytes[at] !== versionPrefix[index]) return this.#fail('the answer does not start with HTTP/')
    }
    if (line + 13 > to) return -1
    const version = (bytes[at] ?? 0) * 256 + (bytes[at + 2] ?? 0)
    if (bytes[at + 1] !== 46 || !versions.has(version)) return this.#fail('not a version of HTTP')
    this.#head.http11 = version === http11
    const hundreds = bytes[at + 4] ?? 0
    const tens = bytes[at + 5] ?? 0
    const ones = bytes[at + 6] ?? 0
    if (bytes[at + 3] !== 32 || !isDigit(hundreds) || !isDigit(tens) || !isDigit(ones)) {
      return this.#fail('the status is not a number of three digits')
    }
    this.#head.status = (hundreds - 48) * 100 + (tens - 48) * 10 + ones - 48
    if (this.#head.status < 100) return this.#fail('a status below 100')
    at += 7
    if (bytes[at] !== 32 && bytes[at] !== cr) return this.#fail('the status is not followed by a space or a line end')
    while (at < to && bytes[at] !== cr && bytes[at] !== lf) at++
    if (at + 1 >= to && (at >= to || bytes[at] === cr)) return -1
    if (bytes[at] === lf || bytes[at + 1] !== lf) return this.#fail('the status line does not end in CRLF')
    return at + 2
  }

  #parseField(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    while (at < to && isTokenByte(bytes[at] ?? 0)) at++
    if (at >= to) return -1
    if (bytes[at] !== 58 || at === from) return this.#fail('a header name with a character that it must not have')
    const nameLength = at - from
    at++
    while (at < to && (bytes[at] === 32 || bytes[at] === 9)) at++
    const valueFrom = at
    while (at < to && isValueByte(bytes[at] ?? 0)) at++
    if (at >= to) return -1
    if (bytes[at] !== cr) return this.#fail('a header value with a character that it must not have')
    if (at + 1 >= to) return -1
    if (bytes[at + 1] !== lf) return this.#fail('a CR without its LF in a header')
    if (nameLength === 10 || nameLength === 14 || nameLength === 17) {
      if (!this.#framingField(bytes, from, nameLength, valueFrom, at)) return -1
    }
    return at + 2
  }

  /** The headers that decide where the response ends and whether the connection lives on. False: refused. */
  #framingField(bytes: Uint8Array, from: number, nameLength: number, valueFrom: number, lineEnd: number): boolean {
    let valueTo = lineEnd
    while (valueTo > valueFrom && (bytes[valueTo - 1] === 32 || bytes[valueTo - 1] === 9)) valueTo--
    switch (classOf(bytes, from, nameLength)) {
      case field.contentLength:
        return this.#readContentLength(bytes, valueFrom, valueTo)
      case field.transferEncoding:
        return this.#readTransferEncoding(bytes, valueFrom, valueTo)
      case field.connection:
        this.#readConnection(bytes, valueFrom, valueTo)
        return true
      case field.keepAlive:
        this.#readKeepAlive(bytes, valueFrom, valueTo)
        return true
      default:
        return true
    }
  }

  #readConnection(bytes: Uint8Array, from: number, to: number): void {
    // Nearly every server sends one of these two words alone: no need to decode them.
    if (isWord(bytes, from, to, keepAliveWord)) this.#head.connectionKeepAlive = true
    else if (isWord(bytes, from, to, closeWord)) this.#head.connectionClose = true
    else {
      const options = listOf(bytes, from, to)
      if (options.includes('keep-alive')) this.#head.connectionKeepAlive = true
      if (options.includes('close')) this.#head.connectionClose = true
    }
  }

  #readKeepAlive(bytes: Uint8Array, from: number, to: number): void {
    let seconds = -1
    let at = from + timeoutWord.length
    if (at < to && sameName(bytes, from, timeoutWord)) {
      for (seconds = 0; at < to && seconds < 1e6 && isDigit(bytes[at] ?? 0); at++)
        seconds = seconds * 10 + (bytes[at] ?? 0) - 48
    } else {
      const later = /[\s,;]timeout=(\d{1,6})/i.exec(textOf(bytes, from, to))?.[1]
      if (later !== undefined) seconds = Number(later)
    }
    this.#head.keepAliveSeconds = seconds
  }

  #readContentLength(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#head.transferEncoding) return this.#refuse('Content-Length beside Transfer-Encoding')
    if (this.#head.contentLength >= 0) return this.#refuse('more than one Content-Length')
    if (from === to) return this.#refuse('an empty Content-Length')
    let length = 0
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (!isDigit(byte)) return this.#refuse('a Content-Length that is not a number')
      length = length * 10 + byte - 48
      if (length > Number.MAX_SAFE_INTEGER) return this.#refuse('a Content-Length beyond all measure')
    }
    this.#head.contentLength = length
    return true
  }

  /** Chunked counts only as the last coding; a response with another last one ends with its connection (RFC 9112 6.3). */
  #readTransferEncoding(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#head.contentLength >= 0) return this.#refuse('Transfer-Encoding beside Content-Length')
    if (from === to) return this.#refuse('an empty Transfer-Encoding')
    if (this.#state === trailers) return true
    this.#head.transferEncoding = true
    this.#head.chunked = listOf(bytes, from, to).at(-1) === 'chunked'
    return true
  }

  #refuse(reason: string): boolean {
    this.#fail(reason)
    return false
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
    this.#lineOffset = 0
    this.#heldLength = 0
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
          this.#lineOffset = 0
          this.#heldLength = 0
          return at + 1
      }
    }
    return to
  }
}

const keepAliveWord = Buffer.from('keep-alive')
const closeWord = Buffer.from('close')
const timeoutWord = Buffer.from('timeout=')
const nothing: Uint8Array = Buffer.alloc(0)
const versionPrefix = Buffer.from('HTTP/')
const http11 = 49 * 256 + 49
const http20 = 50 * 256 + 48
/** 0.9, 1.0, 1.1 and 2.0, as llhttp takes them. */
const versions = new Set([48 * 256 + 57, 49 * 256 + 48, http11, http20])

function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - from === word.length && sameName(bytes, from, word)
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}

function listOf(bytes: Uint8Array, from: number, to: number): readonly string[] {
  return textOf(bytes, from, to)
    .toLowerCase()
    .split(',')
    .map(item => item.trim())
}
