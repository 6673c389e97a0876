import type { ConnectionSlot, OpenSlot } from './connection-slot.ts'
import { httpFailure } from './error-kind.ts'
import type { HttpHandler, HttpRequest } from './http-dispatcher.ts'

type Waiting = { readonly request: HttpRequest; readonly handler: HttpHandler; readonly owner: object }

/**
 * At most `limit` connections to one origin. Requests beyond that wait in order of arrival, without a bound of their
 * own: their response time counts from the intended start, so the wait is in the figures.
 */
export class SlotPool {
  readonly #origin: string
  readonly #limit: number
  readonly #open: OpenSlot
  /** A list through the slots themselves: a pool of one is a user's, and there are thousands of them. */
  #firstFree: ConnectionSlot | undefined
  readonly #slots: ConnectionSlot[] = []
  readonly #waiting: Waiting[] = []

  constructor(origin: string, limit: number, open: OpenSlot) {
    this.#origin = origin
    this.#limit = limit
    this.#open = open
  }

  submit(request: HttpRequest, handler: HttpHandler, owner: object): void {
    // The slot used last comes first: it is the least likely to have been closed by the server.
    const slot = this.#firstFree ?? this.#grow()
    if (slot === undefined) {
      this.#waiting.push({ request, handler, owner })
      return
    }
    this.#firstFree = slot.nextFree
    slot.owner = owner
    slot.start(request, handler)
  }

  /** Ends this owner's requests, waiting or under way, with kind `interrupted`. */
  interrupt(owner: object): void {
    const mine = this.#waiting.filter(waiting => waiting.owner === owner)
    const others = this.#waiting.filter(waiting => waiting.owner !== owner)
    this.#waiting.splice(0, this.#waiting.length, ...others)
    for (const { handler } of mine) handler.onError(httpFailure('interrupted', 'the load has ended'), 0, 0)
    for (const slot of this.#slots.filter(slot => slot.owner === owner)) slot.interrupt()
  }

  /** Ends the requests that wait for a connection, with kind `interrupted`. */
  dropWaiting(): void {
    for (const { handler } of this.#waiting.splice(0)) {
      handler.onError(httpFailure('interrupted', 'the load has ended'), 0, 0)
    }
  }

  close(): void {
    for (const slot of this.#slots) slot.close()
  }

  get connections(): number {
    let open = 0
    for (const slot of this.#slots) if (slot.connected) open++
    return open
  }

  #grow(): ConnectionSlot | undefined {
    if (this.#slots.length >= this.#limit) return undefined
    const slot = this.#open(this.#origin, free => this.#release(free))
    this.#slots.push(slot)
    return slot
  }

  #release(slot: ConnectionSlot): void {
    const next = this.#waiting.length > 0 ? this.#waiting.shift() : undefined
    slot.owner = next?.owner ?? null
    if (next === undefined) {
      slot.nextFree = this.#firstFree
      this.#firstFree = slot
    } else slot.start(next.request, next.handler)
  }
}
