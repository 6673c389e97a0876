/** Something with a request to be written. */
export interface Sender {
  send(): void
}

/**
 * Requests are not written inside `dispatch`, whose caller may not have set its own state yet, but right after the read
 * callback in which it was called, or in the next microtask where it was called from elsewhere.
 */
export class FastOutbox {
  readonly #pending: Sender[] = []
  #reading = false
  #scheduled = false
  readonly #flush = (): void => {
    this.#scheduled = false
    this.flush()
  }

  push(sender: Sender): void {
    this.#pending.push(sender)
    if (this.#reading || this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(this.#flush)
  }

  /** A read callback begins. */
  hold(): void {
    this.#reading = true
  }

  /** A read callback ends: what it caused is written. */
  release(): void {
    this.#reading = false
    if (this.#pending.length > 0) this.flush()
  }

  flush(): void {
    // By index: sending may add to the list.
    for (let index = 0; index < this.#pending.length; index++) this.#pending[index]?.send()
    this.#pending.length = 0
  }
}
