import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Cancel, ConnectionOpener } from './connection-opener.ts'
import type { ConnectionSlot } from './connection-slot.ts'
import { type Endpoint, endpointOf } from './endpoint.ts'
import { cutKind, failureOf, httpFailure, type Stage } from './error-kind.ts'
import type { HeadMemory } from './fast-head-memory.ts'
import type { FastHeaders } from './fast-headers.ts'
import type { FastOutbox, Sender } from './fast-outbox.ts'
import type { RequestBytes, RequestBytesCache } from './fast-request-bytes.ts'
import { FastResponseParser, type ResponseEvents } from './fast-response-parser.ts'
import type { HttpFailure, HttpHandler, HttpRequest } from './http-dispatcher.ts'
import type { Deadlined, TimeoutSweep } from './timeout-sweep.ts'

export type FastSlotOptions = {
  readonly opener: ConnectionOpener
  readonly sweep: TimeoutSweep
  readonly outbox: FastOutbox
  readonly bytes: RequestBytesCache
  /** All connections read into it, one at a time: a read callback is done with it before the next begins. */
  readonly readBuffer: Buffer
  readonly heads: HeadMemory
  /** Valid inside a callback only, so that one does for all. */
  readonly headers: FastHeaders
  readonly connectTimeoutMs: number
  readonly keepAlive: boolean
}

/** A server's `keep-alive: timeout=5` is believed with this margin, so that its close and a request do not cross. */
const keepAliveMarginMs = 1000
const never = Number.POSITIVE_INFINITY
/** What a stream calls the encoding of bytes; its types do not. */
const asBuffer = 'buffer' as BufferEncoding

/**
 * One HTTP/1.1 connection without streams: the socket reads into a shared buffer, the parser calls back into this object,
 * and nothing is allocated a request. A request is never sent twice: one whose connection was found closed before it was
 * written goes over a new one, any other fails (RFC 9112 9.3.1 would allow more, but a load test that repeats requests on
 * a failing target doubles the load and hides the failure).
 */
export class FastSlot implements ConnectionSlot, ResponseEvents, Deadlined, Sender {
  readonly #endpoint: Endpoint
  readonly #options: FastSlotOptions
  readonly #onFree: (slot: ConnectionSlot) => void
  readonly #parser: FastResponseParser

  owner: object | null = null
  nextFree: ConnectionSlot | undefined
  deadlineMs = never
  sweepIndex = -1
  #socket: Socket | undefined
  #cancelConnect: Cancel | undefined
  #session: Buffer | undefined
  /** After this the server may close the idle connection, so it is not used any more. */
  #usableUntilMs = never

  #request: HttpRequest | undefined
  #handler: HttpHandler | undefined
  #bytes: RequestBytes | undefined
  #sent = false
  #received = 0
  /** When the last request was written, and when what was read last arrived; ms of `performance.now()`. */
  #sentMs = 0
  #arrivedMs = 0
  /** The last request without its connection: most users send the same one again. */
  #lastRequest: HttpRequest | undefined
  #lastBytes: RequestBytes | undefined
  /** The plain socket has not taken all of the last write yet. */
  #writing = false
  #onWritten: (error?: Error | null) => void = ignore

  constructor(origin: string, options: FastSlotOptions, onFree: (slot: ConnectionSlot) => void) {
    this.#endpoint = endpointOf(origin)
    this.#options = options
    this.#parser = new FastResponseParser(this, options.heads)
    this.#onFree = onFree
  }

  start(request: HttpRequest, handler: HttpHandler): void {
    this.#request = request
    this.#handler = handler
    this.#sent = false
    this.#received = 0
    this.#options.outbox.push(this)
  }

  interrupt(): void {
    if (this.#handler !== undefined) this.#fail(httpFailure('interrupted', 'the load has ended'))
  }

  close(): void {
    this.interrupt()
    this.#drop()
    this.#session = undefined
  }

  get connected(): boolean {
    return this.#socket !== undefined
  }

  /** Writes the request, or opens the connection first. */
  send(): void {
    const request = this.#request
    // Interrupted since it was started, or started again and already sent.
    if (request === undefined || this.#sent || this.#cancelConnect !== undefined) return
    const bytes = this.#bytesOf(request)
    if (bytes === undefined) return
    this.#bytes = bytes
    const nowMs = performance.now()
    if (this.#socket !== undefined && nowMs >= this.#usableUntilMs) this.#drop()
    if (this.#socket === undefined) this.#connect(request)
    else this.#write(this.#socket, request, bytes, nowMs)
  }

  onHead(): void {
    const parser = this.#parser
    const { headers } = this.#options
    headers.point(parser.headBytes, parser.headersFrom, parser.headersTo, parser.knownHead)
    this.#handler?.onHeaders(parser.status, headers, this.#arrivedMs * 1000)
  }

  onBody(bytes: Uint8Array, from: number, to: number): void {
    if (this.#request?.wantsBody === true) this.#handler?.onData(bytes.subarray(from, to))
  }

  onComplete(): void {
    const handler = this.#handler
    if (handler === undefined) return
    const sent = this.#bytes?.length ?? 0
    const received = this.#received
    const { keepAlive, keepAliveSeconds } = this.#parser
    // An answer that came before its request was out: nothing says that the server reads the rest of it.
    const uploading = this.#writing || (this.#bytes?.body !== null && (this.#socket?.writableLength ?? 0) > 0)
    if (!keepAlive || !this.#options.keepAlive || uploading) this.#drop()
    else if (keepAliveSeconds >= 0) {
      this.#usableUntilMs = this.#arrivedMs + Math.max(0, keepAliveSeconds * 1000 - keepAliveMarginMs)
    }
    // Settled first: the handler may begin the next request from within, and does where it can.
    this.#settle()
    handler.onEnd(sent, received, this.#arrivedMs * 1000)
  }

  onDeadline(): void {
    const kind = this.#parser.inBody ? 'timeout (body)' : 'timeout (first byte)'
    const timeoutMs = this.#request?.timeoutMs ?? 0
    this.#fail(httpFailure(kind, `no complete answer within ${timeoutMs} ms`))
  }

  #bytesOf(request: HttpRequest): RequestBytes | undefined {
    if (request === this.#lastRequest) return this.#lastBytes
    const bytes = this.#options.bytes.of(request, this.#endpoint.authority)
    if (typeof bytes === 'string') {
      this.#fail(httpFailure('unsendable request', bytes))
      return undefined
    }
    this.#lastRequest = request
    this.#lastBytes = bytes
    return bytes
  }

  #connect(request: HttpRequest): void {
    const { opener, connectTimeoutMs, readBuffer } = this.#options
    const onread = {
      buffer: readBuffer,
      callback: (length: number, buffer: Uint8Array): boolean => {
        this.#read(buffer, length)
        return true
      },
    }
    const timeoutMs = Math.min(connectTimeoutMs, request.timeoutMs)
    const wanted = { endpoint: this.#endpoint, timeoutMs, session: this.#session, onread }
    this.#cancelConnect = opener.open(wanted, (error, connected) => {
      this.#cancelConnect = undefined
      if (connected === null) {
        this.#fail(failureOf(error, 'connect'))
        return
      }
      const { socket } = connected
      this.#adopt(socket)
      this.#handler?.onConnect(connected.connectUs, connected.tlsUs)
      if (this.#socket === socket && this.#request !== undefined && this.#bytes !== undefined) {
        this.#write(socket, this.#request, this.#bytes, performance.now())
      }
    })
  }

  #adopt(socket: Socket): void {
    this.#socket = socket
    this.#usableUntilMs = never
    this.#writing = false
    this.#onWritten = error => {
      if (this.#socket !== socket) return
      this.#writing = false
      if (error) this.#lost(socket, error)
    }
    this.#options.sweep.watch(this)
    socket.on('error', error => this.#lost(socket, error))
    socket.on('end', () => this.#lost(socket, undefined))
    socket.on('close', () => this.#lost(socket, undefined))
    if (this.#endpoint.tls) {
      socket.on('session', (session: Buffer) => {
        if (this.#socket === socket) this.#session = session
      })
    }
  }

  #write(socket: Socket, request: HttpRequest, bytes: RequestBytes, nowMs: number): void {
    const { sweep } = this.#options
    this.#sent = true
    this.#parser.begin(bytes.head)
    sweep.allow(request.timeoutMs)
    this.deadlineMs = nowMs + request.timeoutMs
    this.#sentMs = nowMs
    this.#handler?.onSend(nowMs * 1000)
    const encoding = typeof bytes.first === 'string' ? 'latin1' : asBuffer
    if (bytes.body !== null) {
      socket.cork()
      socket.write(bytes.first, encoding)
      socket.write(bytes.body)
      socket.uncork()
    } else if (this.#endpoint.tls) {
      // TLS takes one write at a time and tells late that it has it: the stream's queue is needed.
      socket.write(bytes.first, encoding)
    } else {
      // The stream's write hook instead of `write`: its queue has nothing to do where one request is under way at most,
      // and costs as much as the rest of a request's way through this thread.
      this.#writing = true
      socket._write(bytes.first, encoding, this.#onWritten)
    }
  }

  #read(buffer: Uint8Array, length: number): void {
    const { outbox } = this.#options
    this.#arrivedMs = outbox.hold(Math.max(this.#sentMs, this.#arrivedMs))
    this.#received += length
    const parser = this.#parser
    const end = parser.execute(buffer, 0, length)
    // Sent: still the request whose answer this is. One that was begun meanwhile is held by the outbox until the release.
    if (this.#sent && parser.error !== '') this.#fail(httpFailure('bad response', parser.error))
    // Bytes after the answer or while nothing is under way: whatever they are, they answer no request of ours.
    else if (end < length) this.#drop()
    outbox.release()
  }

  /** The connection has ended by itself. */
  #lost(socket: Socket, error: Error | undefined): void {
    if (this.#socket !== socket) return
    const stage: Stage = this.#parser.inBody ? 'body' : 'head'
    if (!this.#sent) this.#drop()
    else if (error !== undefined) this.#fail(failureOf(error, stage))
    else {
      // An answer that ends with its connection is complete now.
      this.#arrivedMs = performance.now()
      if (!this.#parser.finish()) this.#fail(httpFailure(cutKind(stage), 'the server closed the connection'))
    }
  }

  #fail(failure: HttpFailure): void {
    const handler = this.#handler
    const sent = this.#sent ? (this.#bytes?.length ?? 0) : 0
    const received = this.#received
    this.#drop()
    this.#settle()
    handler?.onError(failure, sent, received)
  }

  #settle(): void {
    this.deadlineMs = never
    this.#request = undefined
    this.#handler = undefined
    this.#bytes = undefined
    this.#sent = false
    this.#onFree(this)
  }

  #drop(): void {
    this.#cancelConnect?.()
    this.#cancelConnect = undefined
    this.#parser.stop()
    const socket = this.#socket
    if (socket === undefined) return
    this.#socket = undefined
    this.#options.sweep.unwatch(this)
    socket.destroy()
  }
}

function ignore(): void {}
