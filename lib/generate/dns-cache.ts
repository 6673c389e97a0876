import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { KnownFailure } from './error-kind.ts'

export type Address = { readonly address: string; readonly family: number }
type Addresses = readonly Address[]
type Done = (error: Error | null, addresses: Addresses) => void
/** Asks the system for all addresses of a name, in its order of preference. */
export type Lookup = (name: string, done: Done) => void

/** After this an entry is asked for anew, in the background, while the old answer is still used. */
const freshMs = 10_000
/** After this the old answer is not used any more. */
const staleMs = 60_000
/** A failed lookup is repeated at most so often. */
const failureMs = 1_000

type Entry = {
  addresses: Addresses
  error: Error | null
  readAtMs: number
  waiting: Done[] | undefined
  /** Counts connections, so that each starts with the next address. */
  turn: number
  /** Addresses that refused or did not answer since the last lookup; tried last. */
  readonly failing: Set<string>
}

/**
 * Names resolved once for all connections of a generator. `getaddrinfo` runs on Node's four pool threads, so a lookup a
 * connection would throttle the load and bring the resolver's latency into it. It is still what is asked, because it
 * alone knows /etc/hosts and the search domains. It tells no TTL: an answer is refreshed after 10 s, as a client that
 * follows a load balancer's short TTLs would do, and survives an outage of the resolver for up to 60 s (RFC 8767).
 */
export class DnsCache {
  readonly #entries = new Map<string, Entry>()
  readonly #lookup: Lookup
  readonly #nowMs: () => number

  constructor(nowMs: () => number = () => performance.now(), ask: Lookup = systemLookup) {
    this.#nowMs = nowMs
    this.#lookup = ask
  }

  /** All addresses in the order in which a new connection should try them. `done` may be called at once. */
  resolve(name: string, done: Done): void {
    const family = isIP(name)
    if (family !== 0) {
      done(null, [{ address: name, family }])
      return
    }
    const entry = this.#entries.get(name) ?? this.#add(name)
    const ageMs = this.#nowMs() - entry.readAtMs
    if (entry.error === null && ageMs < staleMs) {
      if (ageMs >= freshMs) this.#ask(name, entry)
      done(null, inTurn(entry))
    } else if (entry.error !== null && ageMs < failureMs) {
      done(entry.error, [])
    } else {
      this.#ask(name, entry, done)
    }
  }

  /** An address did not take the connection: others come first until the next lookup. */
  failed(name: string, address: string): void {
    this.#entries.get(name)?.failing.add(address)
  }

  connected(name: string, address: string): void {
    const failing = this.#entries.get(name)?.failing
    if (failing !== undefined && failing.size > 0) failing.delete(address)
  }

  #add(name: string): Entry {
    const entry: Entry = {
      addresses: [],
      error: null,
      readAtMs: Number.NEGATIVE_INFINITY,
      waiting: undefined,
      turn: 0,
      failing: new Set(),
    }
    this.#entries.set(name, entry)
    return entry
  }

  #ask(name: string, entry: Entry, done?: Done): void {
    if (entry.waiting !== undefined) {
      if (done !== undefined) entry.waiting.push(done)
      return
    }
    entry.waiting = done === undefined ? [] : [done]
    this.#lookup(name, (error, addresses) => {
      const waiting = entry.waiting ?? []
      entry.waiting = undefined
      // A failed refresh leaves the old answer in place until it is too old.
      if (error === null || entry.error !== null || this.#nowMs() - entry.readAtMs >= staleMs) {
        entry.error = error
        entry.addresses = addresses
        entry.readAtMs = this.#nowMs()
        entry.failing.clear()
      }
      for (const each of waiting) each(entry.error, entry.error === null ? inTurn(entry) : [])
    })
  }
}

/** Rotates within the family that the system prefers; the other family and failing addresses come after it. */
function inTurn(entry: Entry): Addresses {
  const turn = entry.turn++
  if (entry.addresses.length < 2) return entry.addresses
  const working = entry.addresses.filter(({ address }) => !entry.failing.has(address))
  const failing = entry.addresses.filter(({ address }) => entry.failing.has(address))
  const preferred = (working[0] ?? failing[0])?.family
  const first = working.filter(({ family }) => family === preferred)
  const second = working.filter(({ family }) => family !== preferred)
  return [...rotate(first, turn), ...rotate(second, turn), ...rotate(failing, turn)]
}

function rotate(addresses: Addresses, turn: number): Addresses {
  if (addresses.length < 2) return addresses
  const start = turn % addresses.length
  return [...addresses.slice(start), ...addresses.slice(0, start)]
}

function systemLookup(name: string, done: Done): void {
  lookup(name, { all: true, order: 'verbatim' }, (error, addresses) => {
    if (error === null && addresses.length > 0) {
      done(null, addresses)
      return
    }
    const code = error?.code ?? 'ENOTFOUND'
    done(new KnownFailure(`dns (${code})`, `${name} could not be resolved: ${code}`, { cause: error }), [])
  })
}
