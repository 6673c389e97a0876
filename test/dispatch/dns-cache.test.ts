import { describe, expect, test } from 'vitest'
import { type Address, DnsCache } from '../../lib/generate/dns-cache.ts'

type Pending = { readonly name: string; answer(error: Error | null, addresses: readonly Address[]): void }

function bench(): { cache: DnsCache; asked: Pending[]; advance(ms: number): void; order(name: string): string[] } {
  let nowMs = 0
  const asked: Pending[] = []
  const cache = new DnsCache(
    () => nowMs,
    (name, done) => asked.push({ name, answer: done }),
  )
  return {
    cache,
    asked,
    advance: ms => {
      nowMs += ms
    },
    order: name => {
      let order = ['not yet']
      cache.resolve(name, (error, addresses) => {
        order = error === null ? addresses.map(each => each.address) : [error.message]
      })
      return order
    },
  }
}

const four = (...addresses: string[]): Address[] => addresses.map(address => ({ address, family: 4 }))
const six = (...addresses: string[]): Address[] => addresses.map(address => ({ address, family: 6 }))

describe('DnsCache', () => {
  test('an address is no name', () => {
    const { asked, order } = bench()
    expect([order('10.0.0.1'), order('::1'), asked.length]).toEqual([['10.0.0.1'], ['::1'], 0])
  })

  test('one lookup for all who wait, then none for ten seconds', () => {
    const { asked, order, advance } = bench()
    order('a.test')
    order('a.test')
    expect(asked).toHaveLength(1)
    asked[0]?.answer(null, four('1.1.1.1'))
    advance(9_999)
    expect(order('a.test')).toEqual(['1.1.1.1'])
    expect(asked).toHaveLength(1)
  })

  test('connections take the addresses in turn, the other family last', () => {
    const { asked, order } = bench()
    order('a.test')
    asked[0]?.answer(null, [...six('::a', '::b'), ...four('1.1.1.1')])
    const firsts = [1, 2, 3, 4].map(() => order('a.test'))
    expect(new Set(firsts.map(each => each[0]))).toEqual(new Set(['::a', '::b']))
    expect(firsts.every(each => each[2] === '1.1.1.1')).toBe(true)
  })

  test('an address that failed comes last until it has taken a connection', () => {
    const { cache, asked, order } = bench()
    order('a.test')
    asked[0]?.answer(null, [...six('::a'), ...four('1.1.1.1')])
    cache.failed('a.test', '::a')
    expect(order('a.test')).toEqual(['1.1.1.1', '::a'])
    cache.connected('a.test', '::a')
    expect(order('a.test')).toEqual(['::a', '1.1.1.1'])
  })

  test('an old answer serves while a new one is asked for, for a minute', () => {
    const { asked, order, advance } = bench()
    order('a.test')
    asked[0]?.answer(null, four('1.1.1.1'))
    advance(10_000)
    expect(order('a.test')).toEqual(['1.1.1.1'])
    expect(asked).toHaveLength(2)
    asked[1]?.answer(new Error('resolver down'), [])
    expect(order('a.test')).toEqual(['1.1.1.1'])
    asked[2]?.answer(null, four('2.2.2.2'))
    expect(order('a.test')).toEqual(['2.2.2.2'])
    advance(60_000)
    expect(order('a.test')).toEqual(['not yet'])
  })

  test('a failure is remembered for a second, however often it repeats', () => {
    const { asked, order, advance } = bench()
    for (const round of [1, 2, 3]) {
      order('a.test')
      expect(asked).toHaveLength(round)
      asked.at(-1)?.answer(new Error('no such name'), [])
      advance(999)
      expect(order('a.test')).toEqual(['no such name'])
      expect(asked).toHaveLength(round)
      advance(1)
    }
  })
})
