import { connect as connectTls } from 'node:tls'
import type { Cancel, Connected, ConnectionOpener, ConnectRequest, Opened } from './connection-opener.ts'
import { Connector, type ConnectorOptions } from './connector.ts'
import { type Endpoint, endpointOf } from './endpoint.ts'
import { KnownFailure } from './error-kind.ts'
import { forbiddenFailure } from './forbidden-address.ts'
import { type HttpProxy, openTunnel } from './http-proxy.ts'

/** Opens connections through a forward proxy: to it for plain targets, through a tunnel to TLS ones. */
export class ProxyConnector implements ConnectionOpener {
  readonly #target: Connector
  readonly #hop: Connector
  readonly #proxy: HttpProxy
  readonly #options: Omit<ConnectorOptions, 'protocols'>

  constructor(target: Connector, proxy: HttpProxy, options: Omit<ConnectorOptions, 'protocols'>) {
    this.#target = target
    this.#proxy = proxy
    this.#options = options
    // `http.tls.servername` is the target's.
    const { servername: _targets, ...tls } = options.tls
    this.#hop = new Connector({ ...options, tls, protocols: ['http/1.1'] })
  }

  open(request: ConnectRequest, done: Opened): Cancel {
    const { timeoutMs } = request
    const startUs = performance.now() * 1000
    let cancelled = false
    let cancel: Cancel = () => {
      cancelled = true
    }
    this.#checkTarget(request.endpoint, refused => {
      if (cancelled) return
      if (refused !== undefined) {
        done(refused, null)
        return
      }
      cancel = this.#hop.open({ endpoint: endpointOf(this.#proxy.origin), timeoutMs }, (error, connected) => {
        if (connected === null || !request.endpoint.tls) {
          done(error, connected === null ? null : { ...connected, tlsUs: -1 })
          return
        }
        cancel = this.#throughTunnel(request, connected, startUs, done)
      })
    })
    return () => cancel()
  }

  /**
   * The proxy resolves the target's name by itself and connects where it will. What can be checked from here is checked:
   * every address that the name has here. Never calls back inside.
   */
  #checkTarget(endpoint: Endpoint, done: (refused: Error | undefined) => void): void {
    const { forbidden, names } = this.#options
    process.nextTick(() => {
      if (forbidden === undefined) {
        done(undefined)
        return
      }
      names.resolve(endpoint.hostname, (error, addresses) => {
        const refused = addresses.map(({ address }) => forbiddenFailure(forbidden, address, endpoint))
        done(error ?? refused.find(failure => failure !== undefined))
      })
    })
  }

  #throughTunnel(request: ConnectRequest, { socket: hop }: Connected, startUs: number, done: Opened): Cancel {
    const { endpoint, session } = request
    let ended = false
    const end = (error: Error | null, connected: Connected | null): void => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      if (connected === null) hop.destroy()
      done(error, connected)
    }
    const leftMs = Math.max(1, request.timeoutMs - (performance.now() - startUs / 1000))
    const late = new KnownFailure('timeout (connect)', `no tunnel to ${endpoint.hostname} in ${request.timeoutMs} ms`)
    const timer = setTimeout(() => end(late, null), leftMs)
    hop.on('error', error => end(error, null))
    openTunnel(hop, `${endpoint.hostname}:${endpoint.port}`, this.#proxy, error => {
      if (ended) return
      if (error !== undefined) {
        end(error, null)
        return
      }
      const tunnelUs = performance.now() * 1000
      const socket = connectTls({ ...this.#target.tlsOptions(endpoint, session), socket: hop })
      socket.on('error', failure => end(failure, null))
      socket.once('secureConnect', () => {
        const tlsUs = performance.now() * 1000 - tunnelUs
        end(null, { socket, connectUs: tunnelUs - startUs, tlsUs })
      })
    })
    return () => {
      ended = true
      clearTimeout(timer)
      hop.destroy()
    }
  }
}
