/** A fault that the sample target can be given to find. */
export type DemoFault = 'none' | 'pool' | 'ratelimit' | 'slow' | 'refuse'

export const demoFaults: Readonly<Record<DemoFault, string>> = {
  none: 'a healthy shop',
  pool: 'a database pool of 2 connections and slow queries; who waits longer than 400 ms for a connection gets a 503',
  ratelimit: 'no more than 40 requests a second; the rest get a 429 with Retry-After',
  slow: 'writing to the cart takes longer the longer the shop runs',
  refuse: 'every 6 s the shop closes its port for 2 s',
}

/** Waits, in a queue, for one of a fixed number of places: a connection pool as an application has it. */
export class ConnectionPool {
  readonly #size: number
  readonly #patienceMs: number
  #busy = 0
  readonly #waiting: { readonly enter: () => void; readonly timer: NodeJS.Timeout }[] = []

  constructor(size: number, patienceMs: number) {
    this.#size = size
    this.#patienceMs = patienceMs
  }

  /** Resolves to false where no connection came free in time. */
  acquire(): Promise<boolean> {
    if (this.#busy < this.#size) {
      this.#busy++
      return Promise.resolve(true)
    }
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.#waiting.splice(
          this.#waiting.findIndex(waiter => waiter.timer === timer),
          1,
        )
        resolve(false)
      }, this.#patienceMs)
      this.#waiting.push({ enter: () => resolve(true), timer })
    })
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#busy--
      return
    }
    clearTimeout(next.timer)
    next.enter()
  }
}

/** A token bucket: `allow` is true at most `ratePerSecond` times a second, after a burst of one second's worth. */
export class TokenBucket {
  readonly #ratePerSecond: number
  #tokens: number
  #atMs: number

  constructor(ratePerSecond: number, nowMs: number) {
    this.#ratePerSecond = ratePerSecond
    this.#tokens = ratePerSecond
    this.#atMs = nowMs
  }

  allow(nowMs: number): boolean {
    const earned = ((nowMs - this.#atMs) / 1000) * this.#ratePerSecond
    this.#tokens = Math.min(this.#ratePerSecond, this.#tokens + earned)
    this.#atMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}

/** Work on the simulated machine: milliseconds of log-normal length, so that the tail looks like a real service's. */
export function workMs(medianMs: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return medianMs * Math.exp(0.35 * normal)
}
