import { readFramingField } from './fast-framing-fields.ts'
import type { ResponseHead } from './fast-response-head.ts'
import { isDigit, isTokenByte, isValueByte } from './http-bytes.ts'

/** Status line and headers, and the trailers, may be so long. */
const maxHeadBytes = 64 * 1024

const cr = 13
const lf = 10

/**
 * The lines of a head, or of the trailers, as their bytes come: read in place where they come in one piece, else in a
 * buffer of their own.
 */
export class HeadLines {
  /** Why they were refused; empty while they were not. */
  error = ''
  /** Once they have ended: where they are, the empty line behind them included: `bytes[start, end)`. */
  bytes: Uint8Array = nothing
  start = 0
  end = 0

  readonly #head: ResponseHead
  #trailers = false
  /** What came in pieces, and how much of it is there. */
  #held: Uint8Array = nothing
  #heldLength = 0
  /** Where the next unread line starts. */
  #lineOffset = 0
  #statusRead = false

  /** All that is read goes into this head. */
  constructor(head: ResponseHead) {
    this.#head = head
  }

  /** A status line and headers come next. */
  beginHead(): void {
    this.#begin(false)
  }

  /** What comes next are the headers behind a body. */
  beginTrailers(): void {
    this.#begin(true)
  }

  #begin(trailers: boolean): void {
    this.error = ''
    this.#trailers = trailers
    this.#heldLength = 0
    this.#lineOffset = 0
    this.#statusRead = false
  }

  /** Reads on. The index in `bytes` after the empty line, or -1: more has to come, or `error` says why nothing does. */
  read(bytes: Uint8Array, from: number, to: number): number {
    const before = this.#heldLength
    if (before === 0) {
      const end = this.#parseLines(bytes, from, to)
      if (end >= 0) return this.#ended(bytes, from, end, end)
      if (this.error === '') this.#hold(bytes, from, to)
    } else {
      this.#hold(bytes, from, to)
      const end = this.#parseLines(this.#held, 0, this.#heldLength)
      if (end >= 0) return this.#ended(this.#held, 0, end, from + end - before)
    }
    if (this.#heldLength >= maxHeadBytes && this.error === '') this.error = 'the head is longer than 64 KB'
    return -1
  }

  #ended(bytes: Uint8Array, start: number, end: number, next: number): number {
    this.bytes = bytes
    this.start = start
    this.end = end
    return next
  }

  #fail(reason: string): number {
    this.error = reason
    return -1
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
    if (!this.#trailers && !this.#statusRead) {
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
      const reason = readFramingField(this.#head, this.#trailers, bytes, from, nameLength, valueFrom, at)
      if (reason !== '') return this.#fail(reason)
    }
    return at + 2
  }
}

const nothing: Uint8Array = Buffer.alloc(0)
const versionPrefix = Buffer.from('HTTP/')
const http11 = 49 * 256 + 49
const http20 = 50 * 256 + 48
/** 0.9, 1.0, 1.1 and 2.0, as llhttp takes them. */
const versions = new Set([48 * 256 + 57, 49 * 256 + 48, http11, http20])
