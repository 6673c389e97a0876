import ipaddr from 'ipaddr.js'
import { readAddress, whyRangeRefused, whyRefused } from './special-addresses.ts'

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
