import ipaddr from 'ipaddr.js'
import type { Fault } from '../scenario/fault.ts'
import { isRangeSpecial, parseRange, readAddress, whyRangeRefused, whyRefused } from './special-addresses.ts'

export const EXPECTED_HOST = 'a host such as shop.example.com, or *.example.com for all below it'
export const EXPECTED_RANGE = 'an address range such as 10.0.0.0/16'

const hostName = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i

const never = (what: string) => `what a list can allow, and this it cannot: ${what}`

/** What a host of an allow-list would have to be; undefined where it is that. */
export function expectedHost(text: string): string | undefined {
  const address = readAddress(text)
  if (address === undefined) return hostName.test(text) ? undefined : EXPECTED_HOST
  const refused = whyRefused(address)
  return refused === undefined ? undefined : never(refused)
}

/** What an address range of an allow-list would have to be; undefined where it is that. */
export function expectedRange(text: string): string | undefined {
  if (!ipaddr.isValidCIDR(text)) return EXPECTED_RANGE
  const refused = whyRangeRefused(text)
  return refused === undefined ? undefined : never(refused)
}

/** Nobody owns more in one piece: an IPv4 /8 is the largest network that was given away, and of IPv6 none is a /16. */
const widestPrefix = { ipv4: 8, ipv6: 16 }

/**
 * A range of an allow-list that opens the list to the hosts of others. It is allowed, as a list may be meant so; undefined
 * where it is narrower, or of a network of one's own. `path` names the list.
 */
export function wideRangeWarning(cidr: string, path: string): Fault | undefined {
  if (isRangeSpecial(cidr)) return undefined
  const [network, prefix] = parseRange(cidr)
  if (prefix >= widestPrefix[network.kind()]) return undefined
  const family = network.kind() === 'ipv4' ? 'IPv4' : 'IPv6'
  const part = prefix === 0 ? `every public ${family} address` : `1 in ${2 ** prefix} of all ${family} addresses`
  return {
    path,
    message: `${cidr} allows ${part}: whoever may start a run can send load to hosts of others`,
    expected: 'hosts, or ranges of networks that are yours to load',
  }
}
