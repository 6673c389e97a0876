import type { OnReadOpts, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Endpoint } from './endpoint.ts'

export type ConnectRequest = {
  readonly endpoint: Endpoint
  readonly timeoutMs: number
  /** A TLS session of the same user to be resumed. */
  readonly session?: Buffer | undefined
  /** Where the socket puts what it reads, for a connection that does without streams. */
  readonly onread?: OnReadOpts | undefined
}

export type Connected = {
  readonly socket: Socket | TLSSocket
  /** Name lookup (where it was not cached) and TCP handshake. */
  readonly connectUs: number
  /** TLS handshake; -1 on plain connections. */
  readonly tlsUs: number
}

/** Cancels the attempt; its callback is not called any more. */
export type Cancel = () => void

/** Gets an error that `failureOf` reads, or the connected socket, never both. */
export type Opened = (error: Error | null, connected: Connected | null) => void

/** What opens connections: straight to the endpoint, or through a proxy. Never calls back inside `open`. */
export interface ConnectionOpener {
  open(request: ConnectRequest, done: Opened): Cancel
}
