import type { Forbidden } from '../plan/allow-list.ts'
import type { HttpOptions } from '../scenario/scenario.ts'
import type { OpenSlot } from './connection-slot.ts'
import { Connector } from './connector.ts'
import { DnsCache } from './dns-cache.ts'
import { HeadMemory } from './fast-head-memory.ts'
import { FastHeaders } from './fast-headers.ts'
import { FastOutbox } from './fast-outbox.ts'
import { RequestBytesCache } from './fast-request-bytes.ts'
import { FastSlot } from './fast-slot.ts'
import type { HttpDispatcher } from './http-dispatcher.ts'
import { httpProxy } from './http-proxy.ts'
import { OriginPools, PooledDispatcher } from './pooled-dispatcher.ts'
import { ProxyConnector } from './proxy-connector.ts'
import { TimeoutSweep } from './timeout-sweep.ts'
import type { UndiciSlotOptions } from './undici-slot.ts'

/** One read takes at most so much; a larger one than a socket's usual burst brings nothing. */
const readBufferBytes = 64 * 1024

export type DispatcherOptions = {
  /** PEM texts of `http.tls.ca`, `cert` and `key` where these are paths: the scenario's attached files. */
  readonly files?: ReadonlyMap<string, Uint8Array>
  /** Absent: every address may be loaded. */
  readonly forbidden?: Forbidden | undefined
  readonly names?: DnsCache
}

/** Makes the dispatchers of one generator, which share names, the TLS context, timers, and in a pool connections. */
export interface DispatcherFactory {
  /** One user's. */
  open(): HttpDispatcher
  /** For the report: which implementation sends, over what. */
  readonly description: string
  /** Open connections now, of all users. */
  readonly connections: number
  /** Requests that wait for a connection end as `interrupted`, unsent. */
  dropWaiting(): void
  /** Destroys every connection; requests under way end as `interrupted`. */
  close(): void
}

/**
 * The dispatchers that a scenario's `http:` asks for. `target` is the scenario's target URL, whose connections are those
 * that the description speaks of. `prepareDispatchers` comes before it. Throws where a TLS file is missing
 * from `options.files`: checking a scenario finds that.
 */
export function httpDispatchers(http: HttpOptions, target: string, options: DispatcherOptions = {}): DispatcherFactory {
  const http2 = http.version === '2'
  const base = {
    tls: http.tls,
    files: options.files ?? new Map(),
    names: options.names ?? new DnsCache(),
    forbidden: options.forbidden,
    localAddresses: http.localAddresses,
  }
  const connector = new Connector({ ...base, protocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'] })
  const proxy = http.proxy === undefined ? undefined : httpProxy(http.proxy)
  const opener = proxy === undefined ? connector : new ProxyConnector(connector, proxy, base)
  const sweep = new TimeoutSweep()
  const { connectTimeoutMs, keepAlive } = http
  const fast = usesFast(http)
  const fastOptions = {
    opener,
    sweep,
    outbox: new FastOutbox(),
    bytes: new RequestBytesCache(keepAlive),
    readBuffer: Buffer.allocUnsafeSlow(readBufferBytes),
    heads: new HeadMemory(),
    headers: new FastHeaders(),
    connectTimeoutMs,
    keepAlive,
  }
  const openSlot: OpenSlot = fast
    ? (origin, onFree) => new FastSlot(origin, fastOptions, onFree)
    : undiciSlots({ opener, sweep, connectTimeoutMs, keepAlive, http2, proxy })
  return new Factory(http, openSlot, sweep, describe(http, target, fast))
}

let undici: typeof import('./undici-slot.ts') | undefined

/** Loads undici where the scenario's `http:` needs it; it takes longer to load than all the rest of a generator. */
export async function prepareDispatchers(http: HttpOptions): Promise<void> {
  if (!usesFast(http)) undici ??= await import('./undici-slot.ts')
}

function undiciSlots(options: UndiciSlotOptions): OpenSlot {
  const loaded = undici
  if (loaded === undefined) throw new Error('prepareDispatchers was not awaited')
  return (origin, onFree) => new loaded.UndiciSlot(origin, options, onFree)
}

/** HTTP/2 and proxies are undici's; HTTP/1.1 is Squall's own unless the scenario asks for undici. */
function usesFast(http: HttpOptions): boolean {
  return http.version === '1.1' && http.proxy === undefined && http.dispatcher !== 'undici'
}

function describe(http: HttpOptions, target: string, fast: boolean): string {
  const tls = target.startsWith('https:') ? ' with TLS' : ''
  const connections =
    http.connections === 'per-user'
      ? 'one connection a user'
      : `a pool of ${http.connections.pooled} connection${http.connections.pooled === 1 ? '' : 's'}`
  const reuse = http.keepAlive ? '' : ', a new one for each request'
  const proxy = http.proxy === undefined ? '' : ', through a proxy'
  const sender = fast ? "Squall's HTTP/1.1 dispatcher" : `undici over HTTP/${http.version}`
  return `${sender}${tls}, ${connections}${reuse}${proxy}`
}

class Factory implements DispatcherFactory {
  readonly description: string
  readonly #openSlot: OpenSlot
  readonly #sweep: TimeoutSweep
  readonly #shared: OriginPools | undefined
  readonly #dispatchers = new Set<PooledDispatcher>()

  constructor(http: HttpOptions, openSlot: OpenSlot, sweep: TimeoutSweep, description: string) {
    this.#openSlot = openSlot
    this.#sweep = sweep
    this.description = description
    this.#shared = http.connections === 'per-user' ? undefined : new OriginPools(http.connections.pooled, openSlot)
  }

  open(): HttpDispatcher {
    const pools = this.#shared ?? new OriginPools(1, this.#openSlot)
    const dispatcher = new PooledDispatcher(pools, this.#shared !== undefined, closed =>
      this.#dispatchers.delete(closed),
    )
    this.#dispatchers.add(dispatcher)
    return dispatcher
  }

  get connections(): number {
    if (this.#shared !== undefined) return this.#shared.connections
    let open = 0
    for (const dispatcher of this.#dispatchers) open += dispatcher.connections
    return open
  }

  dropWaiting(): void {
    this.#shared?.dropWaiting()
  }

  close(): void {
    for (const dispatcher of [...this.#dispatchers]) dispatcher.destroy()
    this.#shared?.close()
    this.#sweep.stop()
  }
}
