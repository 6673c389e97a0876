import type { KnownHead } from './fast-head-memory.ts'
import { sameName } from './http-bytes.ts'
import type { HttpHeaders } from './http-dispatcher.ts'

const nothing: Buffer = Buffer.alloc(0)

/**
 * A view of a head's header lines in the read buffer, which decodes only what is asked for. One object a connection,
 * pointed at each head in turn; the lines were validated by the parser, so each is `name: value CRLF`.
 */
export class FastHeaders implements HttpHeaders {
  #bytes: Buffer = nothing
  #from = 0
  #to = 0
  #known: KnownHead | undefined

  /** `known`: the head's entry in the memory of heads, which remembers what was asked for. */
  point(bytes: Uint8Array, from: number, to: number, known?: KnownHead): void {
    this.#known = known
    if (bytes !== this.#bytes) this.#bytes = asBuffer(bytes)
    this.#from = from
    this.#to = to
  }

  get(name: string): string | undefined {
    return this.#known === undefined ? this.#find(name) : this.#known.value(name, this.#find)
  }

  readonly #find = (name: string): string | undefined => {
    const wanted = nameBytes(name)
    for (let line = this.#from; line < this.#to; line = this.#next(line)) {
      if (this.#named(line, wanted)) return this.#value(line + wanted.length + 1)
    }
    return undefined
  }

  all(name: string): readonly string[] {
    const wanted = nameBytes(name)
    const values: string[] = []
    for (let line = this.#from; line < this.#to; line = this.#next(line)) {
      if (this.#named(line, wanted)) values.push(this.#value(line + wanted.length + 1))
    }
    return values
  }

  entries(): readonly (readonly [string, string])[] {
    const entries: (readonly [string, string])[] = []
    for (let line = this.#from; line < this.#to; line = this.#next(line)) {
      const colon = this.#bytes.indexOf(58, line)
      entries.push([this.#bytes.toString('latin1', line, colon).toLowerCase(), this.#value(colon + 1)])
    }
    return entries
  }

  #named(line: number, wanted: Uint8Array): boolean {
    return this.#bytes[line + wanted.length] === 58 && sameName(this.#bytes, line, wanted)
  }

  #next(line: number): number {
    return this.#bytes.indexOf(10, line) + 1
  }

  /** Without the spaces and tabs around it. */
  #value(after: number): string {
    let from = after
    let to = this.#bytes.indexOf(13, after)
    while (from < to && isBlank(this.#bytes[from])) from++
    while (to > from && isBlank(this.#bytes[to - 1])) to--
    return this.#bytes.toString('latin1', from, to)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9
}

/** A scenario asks for few names, again and again. */
const names = new Map<string, Uint8Array>()

function nameBytes(name: string): Uint8Array {
  let bytes = names.get(name)
  if (bytes === undefined) {
    bytes = Buffer.from(name, 'latin1')
    if (names.size < 1000) names.set(name, bytes)
  }
  return bytes
}
