import { performance } from 'node:perf_hooks'

/** Something with a deadline. The sweep sets `sweepIndex`; -1 while it is not watched. */
export interface Deadlined {
  /** On the clock of `performance.now()`, in ms; Infinity while nothing is under way. */
  deadlineMs: number
  sweepIndex: number
  onDeadline(): void
}

const finestTickMs = 2
const coarsestTickMs = 250

/**
 * Deadlines of all connections of a generator with one timer, because a timer a request would cost more than the
 * request's own bookkeeping. The tick is a sixteenth of the shortest timeout in use, so a deadline is found at most 6.25 %
 * of it late (a timeout of 200 ms fires by 213 ms), and never early.
 */
export class TimeoutSweep {
  readonly #watched: Deadlined[] = []
  #tickMs = coarsestTickMs
  #timer: NodeJS.Timeout | undefined

  watch(item: Deadlined): void {
    if (item.sweepIndex >= 0) return
    item.sweepIndex = this.#watched.push(item) - 1
    if (this.#timer === undefined) this.#start()
  }

  unwatch(item: Deadlined): void {
    const index = item.sweepIndex
    if (index < 0) return
    item.sweepIndex = -1
    const last = this.#watched.pop()
    if (last !== undefined && last !== item) {
      this.#watched[index] = last
      last.sweepIndex = index
    }
    if (this.#watched.length === 0) this.stop()
  }

  /** Says that a timeout of this length is in use, so that the tick becomes fine enough for it. */
  allow(timeoutMs: number): void {
    if (timeoutMs >= this.#tickMs * 16) return
    const tickMs = Math.max(finestTickMs, timeoutMs / 16)
    if (tickMs >= this.#tickMs) return
    this.#tickMs = tickMs
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#start()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #start(): void {
    this.#timer = setInterval(() => this.#sweep(), this.#tickMs)
    this.#timer.unref()
  }

  #sweep(): void {
    const nowMs = performance.now()
    // Backwards: what `onDeadline` unwatches is replaced by the last entry, which has been looked at.
    for (let index = this.#watched.length - 1; index >= 0; index--) {
      const item = this.#watched[index]
      if (item !== undefined && item.deadlineMs <= nowMs) item.onDeadline()
    }
  }
}
