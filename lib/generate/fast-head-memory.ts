import { ResponseHead } from './fast-response-head.ts'

/** A head that was parsed before, with its bytes up to the end of the empty line. */
export class KnownHead {
  readonly head: ResponseHead
  readonly length: number
  /** Found since the memory last looked for a place. */
  used = false
  readonly #bytes: Uint8Array
  readonly #words: Int32Array
  /** Header values that were asked for; undefined for names that are not there. */
  readonly #values = new Map<string, string | undefined>()

  constructor(bytes: Uint8Array, head: ResponseHead) {
    this.head = new ResponseHead().become(head)
    this.length = bytes.length
    this.#words = new Int32Array((bytes.length + 3) >> 2)
    this.#bytes = new Uint8Array(this.#words.buffer, 0, bytes.length)
    this.#bytes.set(bytes)
  }

  /** Whether `bytes`, of which `words` is a view, start with this head. They are at least as long. */
  startsIn(bytes: Uint8Array, words: Int32Array): boolean {
    const whole = this.length >> 2
    for (let index = 0; index < whole; index++) if (words[index] !== this.#words[index]) return false
    for (let index = whole << 2; index < this.length; index++) if (bytes[index] !== this.#bytes[index]) return false
    return true
  }

  /** A header's first value; `find` looks it up in the bytes when it is first asked for. */
  value(name: string, find: (name: string) => string | undefined): string | undefined {
    const known = this.#values.get(name)
    if (known !== undefined || this.#values.has(name)) return known
    const found = find(name)
    this.#values.set(name, found)
    return found
  }
}

const mostHeads = 4
const longestBytes = 2048
/** Learning costs a copy, and heads that never come again must not pay for it every time. */
const missesALesson = 7

/**
 * The heads that a generator's connections have seen last. A target under load answers with the same few heads over and
 * over, for a second at least where there is a `date`. Parsing is a function of the bytes alone, so that what was made of
 * equal bytes holds again: nothing is checked less, and a comparison costs a fifth of a parse.
 */
export class HeadMemory {
  readonly #heads: KnownHead[] = []
  #next = 0
  #misses = missesALesson - 1
  #viewed: Uint8Array | undefined
  #words: Int32Array = new Int32Array(0)

  /** The known head with which `bytes[0, to)` starts. */
  find(bytes: Uint8Array, to: number): KnownHead | undefined {
    if (this.#heads.length === 0) return undefined
    if (bytes !== this.#viewed && !this.#view(bytes)) return undefined
    for (const head of this.#heads) {
      if (head.length > to || !head.startsIn(bytes, this.#words)) continue
      head.used = true
      return head
    }
    return undefined
  }

  /** A head that `find` did not know was parsed: it is `bytes[0, to)`. */
  missed(bytes: Uint8Array, to: number, head: ResponseHead): void {
    if (++this.#misses < missesALesson || to > longestBytes) return
    this.#misses = 0
    this.#heads[this.#place()] = new KnownHead(bytes.subarray(0, to), head)
  }

  /** The next place that is free, or whose head was not found lately. */
  #place(): number {
    for (;;) {
      const place = this.#next
      this.#next = (place + 1) % mostHeads
      const head = this.#heads[place]
      if (head === undefined || !head.used) return place
      head.used = false
    }
  }

  /** All connections read into one buffer, so that there is one view for all. */
  #view(bytes: Uint8Array): boolean {
    if (bytes.byteOffset % 4 !== 0) return false
    this.#viewed = bytes
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    return true
  }
}
