/**
 * The one primitive that sends a request, in the shape of undici's `Dispatcher.dispatch(options, handler)`, cut down to
 * what a load generator needs so that an implementation allocates nothing a request.
 */
export type HttpRequest = {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string
  readonly method: string
  /** Path and query, percent-encoded, as it goes on the request line. */
  readonly path: string
  /** Name, value, name, value ...; names lower-case. `host`, `content-length` and `connection` are the dispatcher's. */
  readonly headers: readonly string[]
  readonly body: Uint8Array | null
  /** From the send to the end of the answer. */
  readonly timeoutMs: number
  /** False: the answer's body is counted and dropped, `onData` is not called. */
  readonly wantsBody: boolean
}

/**
 * Callbacks of one request, in order; exactly one of `onEnd` and `onError` is the last. None is called inside `dispatch`.
 * `atUs` is an instant on the monotonic clock (`performance.now()` in µs): when it happened, which a dispatcher that is
 * told of many things at once knows better than whoever reads the clock when its turn comes.
 */
export interface HttpHandler {
  /** A connection was opened for this request. Lengths in µs; tlsUs is -1 on plain connections. */
  onConnect(connectUs: number, tlsUs: number): void
  /** The request's first byte is being handed to the socket: service time counts from here. */
  onSend(atUs: number): void
  /** The final status line and headers have come. `headers` is valid only inside the callback; it decodes when asked. */
  onHeaders(status: number, headers: HttpHeaders, atUs: number): void
  /** A piece of the body as it came (still encoded); valid only inside the callback. */
  onData(chunk: Uint8Array): void
  /** The answer is complete. Wire bytes as counted on this connection for this request, heads included. */
  onEnd(bytesSent: number, bytesReceived: number, atUs: number): void
  onError(failure: HttpFailure, bytesSent: number, bytesReceived: number): void
}

export interface HttpHeaders {
  /** First value, undefined where there is none. `name` is lower-case. */
  get(name: string): string | undefined
  /** All values of a repeated header, such as set-cookie. */
  all(name: string): readonly string[]
  entries(): readonly (readonly [string, string])[]
}

/** Why a request has no complete answer. `kind` is what is counted: see error-kind.ts for the list. */
export type HttpFailure = { readonly kind: string; readonly message: string; readonly hasLatency: boolean }

/** The connections of one user, or a pool's. At most one request is under way on it a connection; never pipelined. */
export interface HttpDispatcher {
  dispatch(request: HttpRequest, handler: HttpHandler): void
  /** Forgets the user's connections and TLS sessions: the next request opens a new one. */
  reset(): void
  /** Destroys what is open; requests under way get `onError` with kind `interrupted`. */
  destroy(): void
  /** Open connections now. */
  readonly connections: number
}
