import { connect as connectTls } from 'node:tls'
import {
  type Cancel,
  type Connected,
  type ConnectionOpener,
  Connector,
  type ConnectorOptions,
  type ConnectRequest,
  endpointOf,
  type Opened,
} from './connector.ts'
import { KnownFailure } from './error-kind.ts'
import { type HttpProxy, openTunnel } from './http-proxy.ts'

/** Opens connections through a forward proxy: to it for plain targets, through a tunnel to TLS ones. */
export class ProxyConnector implements ConnectionOpener {
  readonly #target: Connector
  readonly #hop: Connector
  readonly #proxy: HttpProxy

  constructor(target: Connector, proxy: HttpProxy, options: Omit<ConnectorOptions, 'protocols'>) {
    this.#target = target
    this.#proxy = proxy
    // `http.tls.servername` is the target's.
    const { servername: _targets, ...tls } = options.tls
    this.#hop = new Connector({ ...options, tls, protocols: ['http/1.1'] })
  }

  open(request: ConnectRequest, done: Opened): Cancel {
    const { timeoutMs } = request
    const startUs = performance.now() * 1000
    let cancel: Cancel = () => undefined
    cancel = this.#hop.open({ endpoint: endpointOf(this.#proxy.origin), timeoutMs }, (error, connected) => {
      if (connected === null || !request.endpoint.tls) {
        done(error, connected === null ? null : { ...connected, tlsUs: -1 })
        return
      }
      cancel = this.#throughTunnel(request, connected, startUs, done)
    })
    return () => cancel()
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
