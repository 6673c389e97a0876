import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import type { ConnectionSlot } from './connection-slot.ts'
import { type Cancel, type ConnectionOpener, type Endpoint, endpointOf } from './connector.ts'
import { failureOf, httpFailure, type Stage } from './error-kind.ts'
import type { HttpFailure, HttpHandler, HttpRequest } from './http-dispatcher.ts'
import type { HttpProxy } from './http-proxy.ts'
import type { Deadlined, TimeoutSweep } from './timeout-sweep.ts'
import { UndiciHeaders } from './undici-headers.ts'

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
export class UndiciSlot implements ConnectionSlot {
  readonly #origin: string
  readonly #endpoint: Endpoint
  readonly #options: UndiciSlotOptions
  readonly #onFree: (slot: ConnectionSlot) => void
  #client: Client | undefined
  #exchange: Exchange | undefined
  #cancelConnect: Cancel | undefined
  #session: Buffer | undefined
  socket: Socket | undefined
  /** The error that ended the present socket; undici takes a reset in a close-delimited body for its end. */
  socketError: Error | undefined

  constructor(origin: string, options: UndiciSlotOptions, onFree: (slot: ConnectionSlot) => void) {
    this.#origin = origin
    this.#endpoint = endpointOf(origin)
    this.#options = options
    this.#onFree = onFree
  }

  start(request: HttpRequest, handler: HttpHandler): void {
    const exchange = new Exchange(this, request, handler)
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

  #dispatch(exchange: Exchange): void {
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

/** One request's way through undici. */
class Exchange implements Dispatcher.DispatchHandler, Deadlined {
  readonly request: HttpRequest
  readonly handler: HttpHandler
  readonly #slot: UndiciSlot
  deadlineMs = Number.POSITIVE_INFINITY
  sweepIndex = -1
  #stage: Stage = 'connect'
  #ended = false
  #socket: Socket | undefined
  #writtenBefore = 0
  #readBefore = 0

  constructor(slot: UndiciSlot, request: HttpRequest, handler: HttpHandler) {
    this.#slot = slot
    this.request = request
    this.handler = handler
  }

  onRequestStart(): void {
    if (this.#ended) return
    this.#stage = 'head'
    this.#socket = this.#slot.socket
    this.#writtenBefore = this.#socket?.bytesWritten ?? 0
    this.#readBefore = this.#socket?.bytesRead ?? 0
    this.#slot.sweep.allow(this.request.timeoutMs)
    this.deadlineMs = performance.now() + this.request.timeoutMs
    this.#slot.sweep.watch(this)
    this.handler.onSend()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#ended || status < 200) return
    this.#stage = 'body'
    this.handler.onHeaders(status, new UndiciHeaders(headers))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#ended && this.request.wantsBody) this.handler.onData(chunk)
  }

  onResponseEnd(): void {
    if (this.#ended) return
    const cut = this.#slot.socketError
    if (cut !== undefined && this.#slot.socket === this.#socket) this.#fail(failureOf(cut, 'body'))
    else this.#complete()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#ended) this.#fail(failureOf(error, this.#stage))
  }

  onDeadline(): void {
    const phase = this.#stage === 'body' ? 'timeout (body)' : 'timeout (first byte)'
    this.fail(httpFailure(phase, `no complete answer within ${this.request.timeoutMs} ms`))
  }

  /** Ends the request by our own decision, and with it the connection, whose state is unknown. */
  fail(failure: HttpFailure): void {
    if (this.#ended) return
    this.#ended = true
    this.#slot.sweep.unwatch(this)
    this.#slot.drop()
    this.#slot.free()
    this.handler.onError(failure, this.#sent(), this.#received())
  }

  #complete(): void {
    this.#settle()
    this.handler.onEnd(this.#sent(), this.#received())
  }

  #fail(failure: HttpFailure): void {
    this.#settle()
    this.handler.onError(failure, this.#sent(), this.#received())
  }

  #settle(): void {
    this.#ended = true
    this.#slot.sweep.unwatch(this)
    this.#slot.free()
  }

  #sent(): number {
    return (this.#socket?.bytesWritten ?? 0) - this.#writtenBefore
  }

  #received(): number {
    return (this.#socket?.bytesRead ?? 0) - this.#readBefore
  }
}
