const candidates = 32

/**
 * What was made of objects that come again and again, as of a step's request or headers without templates. What is seen a
 * second time within the last few is remembered for good, weakly; what is rendered anew is seen once, and costs the
 * memory nothing.
 */
export class RepeatMemory<Key extends object, Value> {
  readonly #known = new WeakMap<Key, Value>()
  readonly #seen: (Key | undefined)[] = new Array(candidates).fill(undefined)
  #next = 0

  /** Undefined where it is not remembered. */
  of(key: Key): Value | undefined {
    return this.#known.get(key)
  }

  /** To be told each time that it was made. */
  made(key: Key, value: Value): void {
    if (this.#seen.includes(key)) this.#known.set(key, value)
    else {
      this.#seen[this.#next] = key
      this.#next = (this.#next + 1) % candidates
    }
  }
}
