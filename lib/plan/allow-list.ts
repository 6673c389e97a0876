import { inRange, liesInside, parseRange, readAddress, whyRefused, whySpecial } from './special-addresses.ts'

/**
 * The targets that a deployment may load. A connection is allowed where its port is listed, and
 * - its host is one of `hosts` and its address is a public one, or
 * - its address is in one of `cidrs`. Loopback, private and other special addresses are only in a range that lies inside
 *   of the special one: `10.1.0.0/16` names private addresses, `0.0.0.0/0` all public ones and no others.
 *
 * Link-local, metadata, multicast, unspecified and tunnel addresses are refused whatever it says. Absent, on the user's
 * own machine, everything is allowed.
 */
export type AllowList = {
  /** Exact names or addresses, or `*.example.com` for every name below (at any depth, not example.com itself). */
  readonly hosts: readonly string[]
  readonly cidrs: readonly string[]
  /** None: 80 and 443. */
  readonly ports: readonly (number | { readonly from: number; readonly to: number })[]
}

/** Why a connection is not allowed; undefined where it is. `hostname` as in a URL, without brackets. */
export type Forbidden = (address: string, port: number, hostname: string) => string | undefined

const defaultPorts = [80, 443]

/** Judges connections by the address that a name has been resolved to, or that a socket has reached. */
export function forbiddenAddress(allowList: AllowList): Forbidden {
  const hostAllowed = allowedHost(allowList)
  const portAllowed = allowedPort(allowList)
  const ranges = allowList.cidrs.map(parseRange)
  return (text, port, hostname) => {
    const address = readAddress(text)
    if (address === undefined) return 'it is not an address'
    const refused = whyRefused(address)
    if (refused !== undefined) return `${refused}, which is never a target`
    if (!portAllowed(port)) return `port ${port} is not in the allow-list`
    const containing = ranges.filter(range => inRange(address, range))
    const special = whySpecial(address)
    if (special === undefined) {
      if (containing.length > 0 || hostAllowed(hostname)) return undefined
      return 'neither the host nor the address is in the allow-list'
    }
    if (containing.some(range => liesInside(range, special.range))) return undefined
    return `${special.what}, and no address range of the allow-list names it`
  }
}

/** Whether `hosts` has a name, in any spelling that URLs know; no wildcard matches an address. */
export function allowedHost({ hosts }: AllowList): (hostname: string) => boolean {
  const exact = new Set<string>()
  const suffixes: string[] = []
  for (const host of hosts) {
    if (host.startsWith('*.')) suffixes.push(`.${canonicalHost(host.slice(2))}`)
    else exact.add(canonicalHost(host))
  }
  return hostname => {
    const name = canonicalHost(hostname)
    if (exact.has(name)) return true
    if (readAddress(name) !== undefined) return false
    return suffixes.some(suffix => name.length > suffix.length && name.endsWith(suffix))
  }
}

export function allowedPort({ ports }: AllowList): (port: number) => boolean {
  const listed = ports.length === 0 ? defaultPorts : ports
  return port => listed.some(each => (typeof each === 'number' ? each === port : each.from <= port && port <= each.to))
}

/** As a URL has it: lower case, Punycode, four decimal parts, no brackets; and without the root's dot. */
function canonicalHost(host: string): string {
  const bare = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const parsed = URL.parse(`http://${bare}/`)?.hostname ?? host.toLowerCase()
  return parsed.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
