import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import {
  type ConnectionOptions,
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { Forbidden } from '../plan/allow-list.ts'
import type { HttpOptions } from '../scenario/scenario.ts'
import type { Address, DnsCache } from './dns-cache.ts'
import { KnownFailure } from './error-kind.ts'
import { LocalAddresses } from './local-addresses.ts'

/** Where a connection leads, read from a request's origin. */
export type Endpoint = {
  readonly tls: boolean
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string
  readonly port: number
  /** As it stands in the `host` header. */
  readonly authority: string
}

export function endpointOf(origin: string): Endpoint {
  const url = new URL(origin)
  const tls = url.protocol === 'https:'
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  return { tls, hostname, port: url.port === '' ? (tls ? 443 : 80) : Number(url.port), authority: url.host }
}

export type ConnectorOptions = {
  readonly tls: HttpOptions['tls']
  /** PEM texts of `tls.ca`, `cert` and `key` where these are names of files. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly names: DnsCache
  /** Addresses of this machine that connections come from, in turn. */
  readonly localAddresses?: readonly string[] | undefined
  /** In order of preference. */
  readonly protocols: readonly string[]
  /** Asked for every address before it is connected to, and again for the one that the socket has reached: nothing a request. */
  readonly forbidden?: Forbidden | undefined
}

/** The failure of a connection that is forbidden. */
export function forbiddenFailure(
  forbidden: Forbidden | undefined,
  address: string,
  { hostname, port }: Endpoint,
): KnownFailure | undefined {
  const reason = forbidden?.(address, port, hostname)
  if (reason === undefined) return undefined
  const place = hostname === address ? address : `${hostname} is ${address}`
  return new KnownFailure('address not allowed', `${place}, port ${port}: ${reason}`)
}

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

/**
 * Opens all connections of a generator, whatever sends over them: cached names, every address in turn, one bound for the
 * whole attempt, connect and TLS measured apart.
 */
export class Connector implements ConnectionOpener {
  readonly #options: ConnectorOptions
  readonly #sources: LocalAddresses
  #context: SecureContext | undefined

  constructor(options: ConnectorOptions) {
    this.#options = options
    this.#sources = new LocalAddresses(options.localAddresses ?? [])
  }

  open(request: ConnectRequest, done: Opened): Cancel {
    const tls = request.endpoint.tls ? this.tlsOptions(request.endpoint, request.session) : undefined
    const attempt = new Attempt(request, this.#options, tls, this.#sources, done)
    // Deferred, because a cached name and a failing `connect` would call back at once.
    process.nextTick(() => attempt.start())
    return () => attempt.cancel()
  }

  /** How TLS is spoken with an endpoint, over whatever leads to it. */
  tlsOptions(endpoint: Endpoint, session: Buffer | undefined): ConnectionOptions {
    const { tls, protocols } = this.#options
    return {
      // The certificate is checked against the name, or against the address where the URL has one.
      ...(isIP(endpoint.hostname) === 0 ? { servername: endpoint.hostname } : {}),
      ...(tls.servername === undefined ? {} : { servername: tls.servername }),
      secureContext: this.#secureContext(),
      rejectUnauthorized: !tls.insecure,
      ALPNProtocols: [...protocols],
      ...(session === undefined ? {} : { session }),
    }
  }

  /** One context for all sockets: parsing the system's roots for each would cost milliseconds and megabytes. */
  #secureContext(): SecureContext {
    const { tls, files } = this.#options
    this.#context ??= createSecureContext({
      ...(tls.ca === undefined ? {} : { ca: pem(tls.ca, files) }),
      ...(tls.cert === undefined ? {} : { cert: pem(tls.cert, files) }),
      ...(tls.key === undefined ? {} : { key: pem(tls.key, files) }),
    })
    return this.#context
  }
}

function pem(text: string, files: ReadonlyMap<string, Uint8Array>): string | Buffer {
  if (text.includes('-----BEGIN')) return text
  const file = files.get(text)
  if (file === undefined) throw new Error(`The TLS file ${text} is not among the scenario's files`)
  return Buffer.from(file)
}

class Attempt {
  readonly #request: ConnectRequest
  readonly #options: ConnectorOptions
  readonly #tls: ConnectionOptions | undefined
  readonly #sources: LocalAddresses
  readonly #startUs = performance.now() * 1000
  #done: Opened | undefined
  #socket: Socket | undefined
  #timer: NodeJS.Timeout | undefined
  #connectedUs = -1

  constructor(
    request: ConnectRequest,
    options: ConnectorOptions,
    tls: ConnectionOptions | undefined,
    sources: LocalAddresses,
    done: Opened,
  ) {
    this.#request = request
    this.#options = options
    this.#tls = tls
    this.#sources = sources
    this.#done = done
  }

  start(): void {
    if (this.#done === undefined) return
    const { timeoutMs, endpoint } = this.#request
    this.#timer = setTimeout(() => this.#timeOut(), timeoutMs)
    this.#options.names.resolve(endpoint.hostname, (error, addresses) => {
      if (this.#done === undefined) return
      if (error !== null) this.#finish(error, null)
      else this.#try(addresses, 0)
    })
  }

  cancel(): void {
    this.#done = undefined
    clearTimeout(this.#timer)
    this.#socket?.destroy()
  }

  /** The next address is tried only where TCP failed: a server that answered and failed in TLS has been reached. */
  #try(addresses: readonly Address[], index: number): void {
    const { endpoint } = this.#request
    const { names, forbidden } = this.#options
    const target = addresses[index]
    if (target === undefined) {
      this.#finish(new KnownFailure('dns (ENOTFOUND)', `${endpoint.hostname} has no address`), null)
      return
    }
    const failure = forbiddenFailure(forbidden, target.address, endpoint)
    if (failure !== undefined) {
      this.#finish(failure, null)
      return
    }
    const socket = this.#open(target)
    this.#socket = socket
    socket.setNoDelay(true)
    // Before TLS's own listener, which begins the handshake.
    if (forbidden !== undefined) socket.prependOnceListener('connect', () => this.#checkPeer(socket, forbidden))
    socket.once('connect', () => {
      if (this.#done === undefined) return
      this.#connectedUs = performance.now() * 1000
      names.connected(endpoint.hostname, target.address)
      if (!endpoint.tls) this.#finish(null, socket)
    })
    if (endpoint.tls) socket.once('secureConnect', () => this.#finish(null, socket))
    socket.once('error', error => {
      if (this.#done === undefined) return
      if (this.#connectedUs >= 0 || index + 1 >= addresses.length) {
        this.#finish(error, null)
        return
      }
      names.failed(endpoint.hostname, target.address)
      this.#try(addresses, index + 1)
    })
  }

  #open(target: Address): Socket {
    const { endpoint, onread } = this.#request
    const localAddress = this.#sources.next(target.address)
    const tcp = {
      host: target.address,
      port: endpoint.port,
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(onread === undefined ? {} : { onread }),
    }
    return this.#tls === undefined ? connectTcp(tcp) : connectTls({ ...tcp, ...this.#tls })
  }

  /** An address may lead to another one: 0.0.0.0 to this machine, one of a translator to what is behind it. */
  #checkPeer(socket: Socket, forbidden: Forbidden): void {
    const failure = forbiddenFailure(forbidden, socket.remoteAddress ?? '', this.#request.endpoint)
    if (failure !== undefined) this.#finish(failure, null)
  }

  #timeOut(): void {
    const { endpoint, timeoutMs } = this.#request
    const stage = this.#connectedUs < 0 ? 'no connection' : 'no TLS handshake'
    const place = `${endpoint.hostname}:${endpoint.port}`
    this.#finish(new KnownFailure('timeout (connect)', `${stage} with ${place} within ${timeoutMs} ms`), null)
  }

  #finish(error: Error | null, socket: Socket | null): void {
    const done = this.#done
    if (done === undefined) return
    this.#done = undefined
    clearTimeout(this.#timer)
    if (socket === null) {
      this.#socket?.on('error', ignore)
      this.#socket?.destroy()
      done(error, null)
      return
    }
    const nowUs = performance.now() * 1000
    const tlsUs = this.#request.endpoint.tls ? nowUs - this.#connectedUs : -1
    done(null, { socket, connectUs: this.#connectedUs - this.#startUs, tlsUs })
  }
}

function ignore(): void {}
