import ipaddr from 'ipaddr.js'

type Ip = ipaddr.IPv4 | ipaddr.IPv6
export type AddressRange = readonly [Ip, number]

/** Refused whatever an allow-list says: nothing behind them is a target, and some of them give credentials away. */
const refusedRanges: readonly (readonly [string, string])[] = [
  ['0.0.0.0/8', 'an unspecified address'],
  // Instance metadata of every cloud, and the credentials of containers (169.254.169.254, 169.254.170.2).
  ['169.254.0.0/16', 'a link-local address, where machines find their metadata and credentials'],
  ['100.100.100.200/32', 'the metadata service of a cloud'],
  ['192.0.0.192/32', 'the metadata service of a cloud'],
  ['168.63.129.16/32', 'the metadata service of a cloud'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved or broadcast address'],
  ['::/128', 'an unspecified address'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'a site-local address'],
  ['ff00::/8', 'a multicast address'],
  // 169.254.169.254, 169.254.169.253 and 169.254.169.123 of EC2 over IPv6.
  ['fd00:ec2::/32', 'an address where machines find their metadata and credentials'],
  ['fd20:ce::254/128', 'the metadata service of a cloud'],
  // Each of these leads over a translator or a relay to an IPv4 address that need not be the one that is shown.
  ['64:ff9b:1::/48', "an address of the network's own translator"],
  ['::ffff:0:0:0/96', 'a translated IPv4 address'],
  ['2002::/16', 'a 6to4 address'],
  ['2001::/32', 'a Teredo address'],
]

/** The IPv4-compatible form (RFC 4291 2.5.5.1, deprecated), which holds ::1 as well. */
const compatible = ipaddr.IPv6.parseCIDR('::/96')

/**
 * Of a network of one's own, or without an owner: reached only where a range of the allow-list lies wholly inside (IANA's
 * special-purpose registries). `0.0.0.0/0` names none of them.
 */
const specialRanges: readonly (readonly [string, string])[] = [
  ['127.0.0.0/8', 'a loopback address'],
  ['10.0.0.0/8', 'a private address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.168.0.0/16', 'a private address'],
  ['100.64.0.0/10', 'a shared address of a provider'],
  ['192.0.0.0/24', 'a special-purpose address'],
  ['192.0.2.0/24', 'an address for documentation'],
  ['198.51.100.0/24', 'an address for documentation'],
  ['203.0.113.0/24', 'an address for documentation'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['192.88.99.0/24', 'a 6to4 relay'],
  ['::1/128', 'a loopback address'],
  ['fc00::/7', 'a private address'],
  ['2001::/23', 'a special-purpose address'],
  ['2001:db8::/32', 'an address for documentation'],
  ['3fff::/20', 'an address for documentation'],
  ['100::/64', 'an address that discards'],
  ['5f00::/16', 'an address of segment routing'],
]

const read = ([cidr, what]: readonly [string, string]) => ({ range: parseRange(cidr), what })
const refused = refusedRanges.map(read)
const special = specialRanges.map(read)
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** Throws where the text is no range; bits behind the prefix mean nothing. An IPv4-mapped range is its IPv4 one. */
export function parseRange(cidr: string): AddressRange {
  const [address, prefix] = ipaddr.parseCIDR(cidr)
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96) {
    return [address.toIPv4Address(), prefix - 96]
  }
  return [address, prefix]
}

export function inRange(address: Ip, [network, prefix]: AddressRange): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, prefix)
  return network instanceof ipaddr.IPv6 && address.match(network, prefix)
}

/**
 * The addresses that one address stands for: an IPv4-mapped one is its IPv4 address; one of the well-known translator
 * (NAT64, RFC 6052) is the IPv4 address behind it. A zone says nothing. Undefined where the text is no address in the
 * forms that a socket or a resolver gives.
 */
export function readAddress(text: string): Ip | undefined {
  const plain = text.split('%')[0] ?? ''
  if (ipaddr.IPv4.isValidFourPartDecimal(plain)) return ipaddr.IPv4.parse(plain)
  // Without decimal parts: ipaddr.js takes ::8.8.8.8 for an IPv4-mapped address, and the system does not.
  const hexadecimal = plain.includes('.') ? URL.parse(`http://[${plain}]/`)?.hostname.slice(1, -1) : plain
  if (hexadecimal === undefined || !ipaddr.IPv6.isValid(hexadecimal)) return undefined
  const address = ipaddr.IPv6.parse(hexadecimal)
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  if (inRange(address, nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12))
  return address
}

/** Why nobody may load an address; undefined where an allow-list decides. */
export function whyRefused(address: Ip): string | undefined {
  const found = refused.find(({ range }) => inRange(address, range))
  if (found !== undefined) return found.what
  if (address instanceof ipaddr.IPv4) return undefined
  if (inRange(address, compatible) && address.toString() !== '::1') return 'an IPv4-compatible address'
  const [, , , , high, low] = address.parts
  // ISATAP (RFC 5214 6.1): the last 32 bits are an IPv4 address.
  if (low === 0x5efe && (high === 0 || high === 0x200)) return 'an ISATAP address'
  return undefined
}

/** Why nobody may load any address of a range, where it lies wholly in a refused one. Throws where the text is no range. */
export function whyRangeRefused(cidr: string): string | undefined {
  const range = parseRange(cidr)
  return refused.find(outer => liesInside(range, outer.range))?.what
}

/** Whether a range lies wholly in a special one: it is a network of one's own. Throws where the text is no range. */
export function isRangeSpecial(cidr: string): boolean {
  const range = parseRange(cidr)
  return special.some(outer => liesInside(range, outer.range))
}

/** What makes an address special: only a range that lies inside `range` names it. Undefined for public ones. */
export function whySpecial(address: Ip): { readonly what: string; readonly range: AddressRange } | undefined {
  const found = special.find(({ range }) => inRange(address, range))
  if (found !== undefined) return found
  if (address instanceof ipaddr.IPv4 || inRange(address, globalUnicast)) return undefined
  return { what: 'an address that is not of the public internet', range: [address, 128] }
}

/** Whether all of the first range lies inside of the second. */
export function liesInside([network, prefix]: AddressRange, outer: AddressRange): boolean {
  return prefix >= outer[1] && inRange(network, outer)
}
