import { isIP } from 'node:net'
import { type ConnectionOptions, createSecureContext, type SecureContext } from 'node:tls'
import type { HttpOptions } from '../scenario/scenario.ts'
import { type AttemptOptions, ConnectionAttempt } from './connection-attempt.ts'
import type { Cancel, ConnectionOpener, ConnectRequest, Opened } from './connection-opener.ts'
import type { Endpoint } from './endpoint.ts'
import { LocalAddresses } from './local-addresses.ts'

export type ConnectorOptions = AttemptOptions & {
  readonly tls: HttpOptions['tls']
  /** PEM texts of `tls.ca`, `cert` and `key` where these are names of files. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Addresses of this machine that connections come from, in turn. */
  readonly localAddresses?: readonly string[] | undefined
  /** In order of preference. */
  readonly protocols: readonly string[]
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
    const attempt = new ConnectionAttempt(request, this.#options, tls, this.#sources, done)
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
