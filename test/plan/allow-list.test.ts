import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type AllowList, allowedHost, forbiddenAddress } from '../../lib/plan/allow-list.ts'

const list = (more: Partial<AllowList>): AllowList => ({ hosts: [], cidrs: [], ports: [], ...more })
const everything = list({ hosts: ['*.test', 'x.test'], cidrs: ['0.0.0.0/0', '::/0'], ports: [{ from: 1, to: 65_535 }] })

describe('addresses that no allow-list opens', () => {
  test.each([
    '169.254.169.254',
    '169.254.170.2',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '240.0.0.1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::169.254.169.254',
    '::8.8.8.8',
    '::ffff:0:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::8.8.8.8',
    '2002:a9fe:a9fe::1',
    '2002:808:808::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2600::5efe:a9fe:a9fe',
    '2600::200:5efe:808:808',
  ])('%s', address => {
    const own = list({
      ...everything,
      hosts: [address.split('%')[0] ?? ''],
      cidrs: ['169.254.0.0/16', 'fe80::/10', '0.0.0.0/0', '::/0'],
    })
    expect(forbiddenAddress(own)(address, 80, 'x.test')).toMatch(/never a target/)
  })

  test.each(['', 'x.test', '1', '127.1', '0x7f.0.0.1', '2130706433', '1.2.3.4.5', ':::'])(
    '"%s" is no address',
    text => {
      expect(forbiddenAddress(everything)(text, 80, 'x.test')).toBe('it is not an address')
    },
  )
})

describe('special addresses are open to ranges that lie inside of theirs', () => {
  test.each([
    ['127.0.0.1', '127.0.0.0/8'],
    ['127.0.0.1', '127.0.0.1/32'],
    ['::ffff:127.0.0.1', '127.0.0.0/8'],
    ['127.0.0.1', '::ffff:127.0.0.0/104'],
    ['64:ff9b::10.1.2.3', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.0.0/16'],
    ['172.31.0.1', '172.16.0.0/12'],
    ['192.168.1.1', '192.168.1.0/24'],
    ['100.64.0.1', '100.64.0.0/10'],
    ['::1', '::1/128'],
    ['fd12:3456::1', 'fd12:3456::/32'],
  ])('%s by %s', (address, cidr) => {
    expect(forbiddenAddress(list({ cidrs: [cidr] }))(address, 80, 'x.test')).toBeUndefined()
    expect(forbiddenAddress(everything)(address, 80, 'x.test')).toMatch(/no address range of the allow-list names it/)
    expect(forbiddenAddress(list({ hosts: ['x.test'] }))(address, 80, 'x.test')).toMatch(/no address range/)
  })

  test('a range that is wider than the special one does not name it', () => {
    for (const cidr of ['126.0.0.0/7', '0.0.0.0/0', '8.0.0.0/5']) {
      const forbidden = forbiddenAddress(list({ cidrs: [cidr] }))
      expect(forbidden('127.0.0.1', 80, 'x')).toBeDefined()
      expect(forbidden('10.0.0.1', 80, 'x')).toBeDefined()
    }
  })
})

describe('hosts', () => {
  test.each([
    ['shop.example.com', 'shop.example.com', true],
    ['shop.example.com', 'SHOP.Example.COM', true],
    ['Shop.Example.com', 'shop.example.com.', true],
    ['shop.example.com', 'www.shop.example.com', false],
    ['shop.example.com', 'shop.example.com.evil.test', false],
    ['shop.example.com', 'evilshop.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'a.EXAMPLE.com.', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'evilexample.com', false],
    ['*.example.com', '.example.com', false],
    ['bücher.test', 'xn--bcher-kva.test', true],
    ['xn--bcher-kva.test', 'BÜCHER.test', true],
    ['*.bücher.test', 'a.xn--bcher-kva.test', true],
    ['8.8.8.8', '8.8.8.8', true],
    ['8.8.8.8', '0x08080808', true],
    ['8.8.8.8', '134744072', true],
    ['*.8.8.8', '8.8.8.8', false],
    ['2606:4700::1111', '2606:4700:0::1111', true],
    ['[2606:4700::1111]', '2606:4700::1111', true],
    ['localhost', 'localhost', true],
  ])('%s and %s: %s', (host, name, matches) => {
    expect(allowedHost(list({ hosts: [host] }))(name)).toBe(matches)
  })
})

test('a connection needs a listed port, and a listed host or range', () => {
  const forbidden = forbiddenAddress(list({ hosts: ['shop.test'], cidrs: ['10.0.0.0/8'] }))
  expect(forbidden('8.8.8.8', 443, 'shop.test')).toBeUndefined()
  expect(forbidden('8.8.8.8', 80, 'shop.test')).toBeUndefined()
  expect(forbidden('8.8.8.8', 22, 'shop.test')).toBe('port 22 is not in the allow-list')
  expect(forbidden('8.8.8.8', 443, 'other.test')).toBe('neither the host nor the address is in the allow-list')
  expect(forbidden('10.1.1.1', 443, 'other.test')).toBeUndefined()
  const ports = forbiddenAddress(list({ hosts: ['shop.test'], ports: [8080, { from: 9000, to: 9010 }] }))
  const open = [80, 443, 8080, 8999, 9000, 9010, 9011].filter(port => ports('8.8.8.8', port, 'shop.test') === undefined)
  expect(open).toEqual([8080, 9000, 9010])
  expect(forbiddenAddress(list({}))('8.8.8.8', 443, 'shop.test')).toBeDefined()
})

/** Naively, over 32-bit numbers: the same rules written down a second time. */
function oracle(address: number, network: number, prefix: number): boolean {
  const inside = (value: number, text: string, bits: number) => {
    const start = text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    const size = 2 ** (32 - bits)
    return Math.floor(value / size) === Math.floor(start / size)
  }
  const text = (value: number) => [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
  const never: [string, number][] = [
    ['0.0.0.0', 8],
    ['169.254.0.0', 16],
    ['224.0.0.0', 3],
    ['100.100.100.200', 32],
    ['192.0.0.192', 32],
    ['168.63.129.16', 32],
  ]
  if (never.some(([start, bits]) => inside(address, start, bits))) return false
  if (!inside(address, text(network), prefix)) return false
  const special: [string, number][] = [
    ['127.0.0.0', 8],
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['100.64.0.0', 10],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['198.18.0.0', 15],
    ['192.88.99.0', 24],
  ]
  const own = special.find(([start, bits]) => inside(address, start, bits))
  return own === undefined || (prefix >= own[1] && inside(network, own[0], own[1]))
}

const dotted = (value: number) => [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
/** Often beside the borders of the special ranges, where mistakes are. */
const borders = ['0', '10', '100', '127', '169', '172', '192', '198', '203', '224', '255']
const anyAddress = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc
    .tuple(
      fc.constantFrom(...borders),
      fc.constantFrom(0, 15, 16, 31, 32, 63, 64, 88, 100, 127, 128, 168, 254, 255),
      fc.nat(255),
      fc.nat(255),
    )
    .map(parts => parts.reduce<number>((sum, part) => sum * 256 + Number(part), 0)),
)

describe('against a naive oracle', () => {
  property.prop([anyAddress, anyAddress, fc.nat(32), fc.boolean()])(
    'an IPv4 address is allowed exactly where its numbers say so, in each of its spellings',
    (address, other, prefix, near) => {
      const network = near ? Math.floor(address / 2 ** (32 - prefix)) * 2 ** (32 - prefix) : other
      const forbidden = forbiddenAddress(list({ cidrs: [`${dotted(network)}/${prefix}`] }))
      const text = dotted(address)
      const group = (value: number) => value.toString(16)
      const hex = `${group(Math.floor(address / 65_536))}:${group(address % 65_536)}`
      const expected = oracle(address, network, prefix)
      const fromUrl = URL.parse(`http://0x${address.toString(16)}/`)?.hostname ?? ''
      for (const spelling of [text, `::ffff:${text}`, `::FFFF:${hex}`, `64:ff9b::${hex}`, fromUrl]) {
        expect([spelling, forbidden(spelling, 80, 'x') === undefined]).toEqual([spelling, expected])
      }
      // As parts of another address they lead through a relay, and stay closed.
      for (const relayed of [`2002:${hex}::1`, `2001:0:${hex}::1`, `::ffff:0:${hex}`, `64:ff9b:1::${hex}`]) {
        expect(forbidden(relayed, 80, 'x')).toBeDefined()
        expect(forbiddenAddress(everything)(relayed, 80, 'x')).toBeDefined()
      }
    },
  )

  const label = fc.constantFrom('a', 'b', 'shop', 'example', 'com')
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
  property.prop([name, name, fc.boolean()])('names match label by label', (host, asked, wildcard) => {
    const labels = (text: string) => text.split('.').toReversed()
    const [own, theirs] = [labels(host), labels(asked)]
    const prefix = own.every((each, place) => theirs[place] === each)
    const expected = wildcard ? prefix && theirs.length > own.length : host === asked
    expect(allowedHost(list({ hosts: [wildcard ? `*.${host}` : host] }))(asked.toUpperCase())).toBe(expected)
  })
})
