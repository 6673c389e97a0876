import type { OpenSlot } from './connection-slot.ts'
import type { HttpDispatcher, HttpHandler, HttpRequest } from './http-dispatcher.ts'
import { SlotPool } from './slot-pool.ts'

/** Pools by origin, made when an origin is first asked for. */
export class OriginPools {
  readonly #pools = new Map<string, SlotPool>()
  readonly #limit: number
  readonly #open: OpenSlot

  constructor(limit: number, open: OpenSlot) {
    this.#limit = limit
    this.#open = open
  }

  of(origin: string): SlotPool {
    let pool = this.#pools.get(origin)
    if (pool === undefined) {
      pool = new SlotPool(origin, this.#limit, this.#open)
      this.#pools.set(origin, pool)
    }
    return pool
  }

  interrupt(owner: object): void {
    for (const pool of this.#pools.values()) pool.interrupt(owner)
  }

  dropWaiting(): void {
    for (const pool of this.#pools.values()) pool.dropWaiting()
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close()
  }

  get connections(): number {
    let open = 0
    for (const pool of this.#pools.values()) open += pool.connections
    return open
  }
}

/** A user's way to its own connections, one an origin, or to the generator's shared pools. */
export class PooledDispatcher implements HttpDispatcher {
  readonly #pools: OriginPools
  readonly #shared: boolean
  readonly #onDestroy: (dispatcher: PooledDispatcher) => void
  #origin = ''
  #pool: SlotPool | undefined

  constructor(pools: OriginPools, shared: boolean, onDestroy: (dispatcher: PooledDispatcher) => void) {
    this.#pools = pools
    this.#shared = shared
    this.#onDestroy = onDestroy
  }

  dispatch(request: HttpRequest, handler: HttpHandler): void {
    if (this.#pool === undefined || request.origin !== this.#origin) {
      this.#pool = this.#pools.of(request.origin)
      this.#origin = request.origin
    }
    this.#pool.submit(request, handler, this)
  }

  /** A shared pool is nobody's own: its connections live on. */
  reset(): void {
    if (!this.#shared) this.#pools.close()
  }

  destroy(): void {
    this.#pools.interrupt(this)
    if (!this.#shared) this.#pools.close()
    this.#onDestroy(this)
  }

  get connections(): number {
    return this.#pools.connections
  }
}
