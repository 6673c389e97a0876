import type { HttpHandler, HttpRequest } from './http-dispatcher.ts'

/**
 * A place for one connection to one origin, which opens it when it is needed and again after it was closed. It is busy
 * from `start` until it tells its pool that it is free, which it does just before the handler's last callback.
 */
export interface ConnectionSlot {
  /** Whose request is under way, as its pool notes it; null while the slot is free. */
  owner: object | null
  /** The next free slot of its pool, while it is free itself. */
  nextFree: ConnectionSlot | undefined
  start(request: HttpRequest, handler: HttpHandler): void
  /** Ends what is under way with kind `interrupted`, in this call, and closes the connection. */
  interrupt(): void
  /** Closes the connection and forgets its TLS session. What is under way is interrupted. */
  close(): void
  readonly connected: boolean
}

/** Makes a slot for an origin; `onFree` is called each time an exchange has ended. */
export type OpenSlot = (origin: string, onFree: (slot: ConnectionSlot) => void) => ConnectionSlot
