import type { Socket } from 'node:net'
import type { Dispatcher } from 'undici'
// Its client alone: the whole of undici is five times as long to load and to deploy.
import Client from 'undici/lib/dispatcher/client.js'
import type { Cancel, ConnectionOpener } from './connection-opener.ts'
import type { ConnectionSlot } from './connection-slot.ts'
import { type Endpoint, endpointOf } from './endpoint.ts'
import { failureOf, httpFailure } from './error-kind.ts'
import type { HttpHandler, HttpRequest } from './http-dispatcher.ts'
import type { HttpProxy } from './http-proxy.ts'
import type { TimeoutSweep } from './timeout-sweep.ts'
import { type ExchangeSlot, UndiciExchange } from './undici-exchange.ts'

export type UndiciSlotOptions = {
  readonly opener: ConnectionOpener
  readonly sweep: TimeoutSweep
  readonly connectTimeoutMs: number
  readonly keepAlive: boolean
  readonly http2: boolean
  readonly proxy: HttpProxy | undefined
}

/** Idle connections live as long as the server lets them: think times must not turn into handshakes. */
const keepAliveMs = 24 * 3600 * 1000
/** A server's `keep-alive: timeout=5` is believed with this margin, so that its close and a request do not cross. */
const keepAliveMarginMs = 1000
const maxHeadBytes = 64 * 1024

/** One undici Client: one connection to one origin. After a failure of our own making it starts anew. */
export class UndiciSlot implements ConnectionSlot, ExchangeSlot {
  readonly #origin: string
  readonly #endpoint: Endpoint
  readonly #options: UndiciSlotOptions
  readonly #onFree: (slot: ConnectionSlot) => void
  owner: object | null = null
  nextFree: ConnectionSlot | undefined
  #client: Client | undefined
  #exchange: UndiciExchange | undefined
  #cancelConnect: Cancel | undefined
  #session: Buffer | undefined
  socket: Socket | undefined
  socketError: Error | undefined

  constructor(origin: string, options: UndiciSlotOptions, onFree: (slot: ConnectionSlot) => void) {
    this.#origin = origin
    this.#endpoint = endpointOf(origin)
    this.#options = options
    this.#onFree = onFree
  }

  start(request: HttpRequest, handler: HttpHandler): void {
    const exchange = new UndiciExchange(this, request, handler)
    this.#exchange = exchange
    // Deferred, because undici may call back inside `dispatch`.
    queueMicrotask(() => {
      if (this.#exchange === exchange) this.#dispatch(exchange)
    })
  }

  interrupt(): void {
    this.#exchange?.fail(httpFailure('interrupted', 'the load has ended'))
  }

  close(): void {
    this.interrupt()
    this.drop()
    this.#session = undefined
  }

  get connected(): boolean {
    return this.socket !== undefined && !this.socket.destroyed
  }

  get sweep(): TimeoutSweep {
    return this.#options.sweep
  }

  /** Destroys the client and its connection; callbacks of an attempt under way are not called any more. */
  drop(): void {
    this.#cancelConnect?.()
    this.#cancelConnect = undefined
    // Ends of requests that were not under way; there are none, and their errors would go nowhere.
    this.#client?.destroy().catch(() => undefined)
    this.#client = undefined
    this.socket = undefined
  }

  free(): void {
    this.#exchange = undefined
    this.#onFree(this)
  }

  #dispatch(exchange: UndiciExchange): void {
    const { request } = exchange
    const { keepAlive } = this.#options
    this.#client ??= this.#open()
    try {
      this.#client.dispatch(
        {
          ...this.#forwarded(request),
          method: request.method as Dispatcher.HttpMethod,
          body: request.body,
          // Said outright: without it undici closes after HEAD and after a GET with a body.
          reset: !keepAlive,
        },
        exchange,
      )
    } catch (error) {
      exchange.fail(failureOf(error, 'connect'))
    }
  }

  /** A proxy forwards plain requests by their whole URL (RFC 9112 3.2.2), and tunnels the others unseen. */
  #forwarded(request: HttpRequest): { path: string; headers: string[] } {
    const { proxy } = this.#options
    if (proxy === undefined || this.#endpoint.tls) return { path: request.path, headers: request.headers as string[] }
    const credentials = proxy.authorization === undefined ? [] : ['proxy-authorization', proxy.authorization]
    return { path: this.#origin + request.path, headers: [...request.headers, ...credentials] }
  }

  #open(): Client {
    const { http2 } = this.#options
    return new Client(this.#origin, {
      allowH2: http2,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: keepAliveMarginMs,
      maxHeaderSize: maxHeadBytes,
      connect: (_options, callback) => this.#connect(callback),
    })
  }

  #connect(callback: (...result: [null, Socket] | [Error, null]) => void): void {
    const { opener, connectTimeoutMs, http2 } = this.#options
    const exchange = this.#exchange
    const timeoutMs = Math.min(connectTimeoutMs, exchange?.request.timeoutMs ?? connectTimeoutMs)
    const wanted = { endpoint: this.#endpoint, timeoutMs, session: this.#session }
    this.#cancelConnect = opener.open(wanted, (error, connected) => {
      this.#cancelConnect = undefined
      if (connected === null) {
        callback(error ?? new Error('no connection'), null)
        return
      }
      const { socket } = connected
      this.socket = socket
      this.socketError = undefined
      socket.on('error', cause => {
        if (this.socket === socket) this.socketError = cause
      })
      socket.on('session', session => {
        this.#session = session
      })
      // Plain HTTP/2 is spoken with prior knowledge (RFC 9113 3.3): there is no ALPN to ask.
      if (http2 && !this.#endpoint.tls) Object.assign(socket, { alpnProtocol: 'h2' })
      this.#exchange?.handler.onConnect(connected.connectUs, connected.tlsUs)
      callback(null, socket)
    })
  }
}
