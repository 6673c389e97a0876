import { performance } from 'node:perf_hooks'

/** Something with a request to be written. */
export interface Sender {
  send(): void
}

/**
 * So many requests at most are held back until all that can be read has been read: enough for what writing in a row
 * gains, and few enough that what belongs to their connections is still in the processor's cache.
 */
const mostHeld = 16
/** Its reactions are microtasks, of which Node's `queueMicrotask` makes a resource with a scope of its own each time. */
const settled = Promise.resolve()

/**
 * The requests of all connections of a generator between their dispatch and their write, and the turn of the event loop
 * in which the answers before them are read.
 *
 * Requests are not written inside `dispatch`, whose caller may not have set its own state yet.
 *
 * What an answer caused is written when the event loop has read everything that had arrived: writes one after another
 * cost a fifth less than writes that alternate with reads, because the first wakes the peer and the others find it awake,
 * and no answer waits for a write before its arrival is noted. Where a single answer had come the write follows at once.
 * What is dispatched from elsewhere (an arrival, the end of a think time) is written in the next microtask.
 *
 * What a connection has to read in a turn had arrived when the turn began: the system tells of all readable connections at
 * once, and after a stall of the target that may be hundreds. So the turn's begin is when each of them arrived, not the
 * time at which it came to be looked at. The exception is a connection that was read or written to in the same turn
 * before: the rest of a large body, or the answer to a request of this turn, may have come since.
 */
export class FastOutbox {
  readonly #pending: Sender[] = []
  #count = 0
  #reading = false
  #microtask = false
  #turning = false
  #turnMs = 0
  readonly #onMicrotask = (): void => {
    this.#microtask = false
    this.#flush()
  }
  readonly #onTurned = (): void => {
    this.#turning = false
    this.#flush()
  }

  push(sender: Sender): void {
    this.#pending[this.#count++] = sender
    if (!this.#reading && !this.#microtask) {
      this.#microtask = true
      void settled.then(this.#onMicrotask)
    }
  }

  /** A read callback begins, of a connection that was last read or written to at `touchedMs`; when what it reads arrived. */
  hold(touchedMs: number): number {
    this.#reading = true
    if (!this.#turning) {
      this.#turning = true
      this.#turnMs = performance.now()
      setImmediate(this.#onTurned)
    } else if (touchedMs >= this.#turnMs) {
      this.#turnMs = performance.now()
    }
    return this.#turnMs
  }

  /** A read callback ends. */
  release(): void {
    this.#reading = false
    if (this.#count >= mostHeld) this.#flush()
  }

  #flush(): void {
    // Sending may add to the list.
    for (let index = 0; index < this.#count; index++) this.#pending[index]?.send()
    // Kept as long as it is: cutting an array and growing it again costs more than all the rest here.
    this.#count = 0
  }
}
