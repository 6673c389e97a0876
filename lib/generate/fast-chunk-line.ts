import { isDigit, isTokenByte, isValueByte, lower } from './http-bytes.ts'

/** What a byte of the chunked framing leads to. */
export const chunkLine = { more: 0, data: 1, last: 2, failed: 3 } as const

/** A chunk's size with its extensions may be so long. */
const maxLineBytes = 16 * 1024

const size = 0
const extension = 1
const name = 2
const value = 3
const quoted = 4
const escaped = 5
const quoteEnd = 6
const sizeLf = 7
const dataCr = 8
const dataLf = 9

const cr = 13
const lf = 10
const semicolon = 59

/**
 * The framing between the data of chunks (RFC 9112 7.1): the CRLF after one chunk and the size line of the next, with its
 * extensions. Byte by byte, because it is short and may be cut anywhere.
 */
export class ChunkLine {
  #state = size
  #digits = 0
  #bytes = 0
  /** Of the chunk whose line has ended. */
  size = 0
  /** Why the framing was refused. */
  error = ''

  /** The first chunk's size comes next; later ones come after the CRLF of the data before. */
  first(): void {
    this.#start()
    this.error = ''
  }

  next(byte: number): number {
    if (++this.#bytes > maxLineBytes) return this.#fail('a chunk extension longer than 16 KB')
    switch (this.#state) {
      case size:
        return this.#sizeByte(byte)
      case extension:
        // Something must follow the semicolon: a name, `=`, or another semicolon, as llhttp has it.
        if (byte === cr) return this.#fail('an empty chunk extension')
        this.#state = name
        return this.#nameByte(byte)
      case name:
        return this.#nameByte(byte)
      case value:
        if (byte === 34) return this.#to(quoted)
        return isTokenByte(byte) ? chunkLine.more : this.#extensionEnd(byte)
      case quoted:
        if (byte === 34) return this.#to(quoteEnd)
        if (byte === 92) return this.#to(escaped)
        return isValueByte(byte) ? chunkLine.more : this.#fail('a control character in a chunk extension')
      case escaped:
        return isValueByte(byte) ? this.#to(quoted) : this.#fail('a control character in a chunk extension')
      case quoteEnd:
        return this.#extensionEnd(byte)
      case sizeLf:
        return byte === lf ? this.#end() : this.#fail('a chunk size that does not end in CRLF')
      case dataCr:
        return byte === cr ? this.#to(dataLf) : this.#fail('a chunk longer than its size')
      default:
        if (byte !== lf) return this.#fail('a chunk that does not end in CRLF')
        this.#start()
        return chunkLine.more
    }
  }

  #start(): void {
    this.#state = size
    this.#digits = 0
    this.#bytes = 0
    this.size = 0
  }

  #end(): number {
    if (this.size === 0) return chunkLine.last
    this.#state = dataCr
    return chunkLine.data
  }

  #sizeByte(byte: number): number {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      this.size = this.size * 16 + digit
      this.#digits++
      return this.size > Number.MAX_SAFE_INTEGER ? this.#fail('a chunk size beyond all measure') : chunkLine.more
    }
    if (this.#digits === 0) return this.#fail('a chunk without a size')
    if (byte === cr) return this.#to(sizeLf)
    return byte === semicolon ? this.#to(extension) : this.#fail('a chunk size that is not a number')
  }

  #nameByte(byte: number): number {
    if (byte === 61) return this.#to(value)
    return isTokenByte(byte) ? chunkLine.more : this.#extensionEnd(byte)
  }

  #extensionEnd(byte: number): number {
    if (byte === cr) return this.#to(sizeLf)
    if (byte === semicolon) return this.#to(extension)
    return this.#fail('a chunk extension with a character that it must not have')
  }

  #to(state: number): number {
    this.#state = state
    return chunkLine.more
  }

  #fail(reason: string): number {
    this.error = reason
    return chunkLine.failed
  }
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 48
  const letter = lower(byte)
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
