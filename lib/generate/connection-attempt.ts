import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { Forbidden } from '../plan/allow-list.ts'
import type { ConnectRequest, Opened } from './connection-opener.ts'
import type { Address, DnsCache } from './dns-cache.ts'
import { KnownFailure } from './error-kind.ts'
import { forbiddenFailure } from './forbidden-address.ts'
import type { LocalAddresses } from './local-addresses.ts'

/** What all attempts of a generator share. */
export type AttemptOptions = {
  readonly names: DnsCache
  /** Asked for every address before it is connected to, and again for the one that the socket has reached: nothing a request. */
  readonly forbidden?: Forbidden | undefined
}

/** One connection on its way: the name, its addresses in turn, TCP, TLS, and one bound for all of it. */
export class ConnectionAttempt {
  readonly #request: ConnectRequest
  readonly #options: AttemptOptions
  readonly #tls: ConnectionOptions | undefined
  readonly #sources: LocalAddresses
  readonly #startUs = performance.now() * 1000
  #done: Opened | undefined
  #socket: Socket | undefined
  #timer: NodeJS.Timeout | undefined
  #connectedUs = -1

  constructor(
    request: ConnectRequest,
    options: AttemptOptions,
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
