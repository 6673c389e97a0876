import type { Socket } from 'node:net'
import type { Dispatcher } from 'undici'
import { failureOf, httpFailure, type Stage } from './error-kind.ts'
import type { HttpFailure, HttpHandler, HttpRequest } from './http-dispatcher.ts'
import type { Deadlined, TimeoutSweep } from './timeout-sweep.ts'
import { UndiciHeaders } from './undici-headers.ts'

/** What an exchange needs of the slot that it runs in. */
export interface ExchangeSlot {
  readonly socket: Socket | undefined
  /** The error that ended the present socket; undici takes a reset in a close-delimited body for its end. */
  readonly socketError: Error | undefined
  readonly sweep: TimeoutSweep
  /** Destroys the connection. */
  drop(): void
  /** The exchange has ended. */
  free(): void
}

/** One request's way through undici. */
export class UndiciExchange implements Dispatcher.DispatchHandler, Deadlined {
  readonly request: HttpRequest
  readonly handler: HttpHandler
  readonly #slot: ExchangeSlot
  deadlineMs = Number.POSITIVE_INFINITY
  sweepIndex = -1
  #stage: Stage = 'connect'
  #ended = false
  #socket: Socket | undefined
  #writtenBefore = 0
  #readBefore = 0

  constructor(slot: ExchangeSlot, request: HttpRequest, handler: HttpHandler) {
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
    const nowMs = performance.now()
    this.deadlineMs = nowMs + this.request.timeoutMs
    this.#slot.sweep.watch(this)
    this.handler.onSend(nowMs * 1000)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#ended || status < 200) return
    this.#stage = 'body'
    this.handler.onHeaders(status, new UndiciHeaders(headers), performance.now() * 1000)
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
    const atUs = performance.now() * 1000
    this.#settle()
    this.handler.onEnd(this.#sent(), this.#received(), atUs)
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
