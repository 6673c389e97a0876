import { setImmediate as macrotask } from 'node:timers/promises'

type Sleeper = { readonly atMs: number; wake(): void }

/**
 * Time that passes only while everybody sleeps, for code whose world has `epochMs` and `sleep`. What it does besides must
 * be done in microtasks: stores in memory.
 */
export class VirtualTime {
  nowMs: number
  #sleepers: Sleeper[] = []

  constructor(nowMs = 0) {
    this.nowMs = nowMs
  }

  readonly epochMs = (): number => this.nowMs

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (signal?.aborted === true) return Promise.resolve()
    const sleeper = { atMs: this.nowMs + ms, wake: resolve }
    this.#sleepers.push(sleeper)
    signal?.addEventListener('abort', () => {
      this.#sleepers = this.#sleepers.filter(one => one !== sleeper)
      resolve()
    })
    return promise
  }

  /** Calls `act` at an instant. */
  at(ms: number, act: () => unknown): void {
    this.#sleepers.push({ atMs: ms, wake: () => void act() })
  }

  /** Calls `act` every so many ms, from now on. */
  every(ms: number, act: (nowMs: number) => unknown): void {
    this.at(this.nowMs + ms, () => {
      act(this.nowMs)
      this.every(ms, act)
    })
  }

  /** Lets time pass until the promise has settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const done = promise.finally(() => {
      settled = true
    })
    done.catch(() => {})
    for (;;) {
      await macrotask()
      if (settled) return done
      this.#sleepers.sort((a, b) => a.atMs - b.atMs)
      const next = this.#sleepers.shift()
      if (next === undefined) throw new Error('everybody waits, and nobody sleeps')
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.wake()
    }
  }
}
