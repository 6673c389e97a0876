import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { shuffled } from '../../lib/plan/permutation.ts'
import { fairHeads } from '../../lib/plan/poisson.ts'
import { Random } from '../../lib/plan/random.ts'
import { hash32, iterationSeed, userIterationSeed } from '../../lib/plan/seeds.ts'

describe('random numbers', () => {
  test('a reseeded generator starts again', () => {
    const random = new Random(5)
    const first = [random.next(), random.next(), random.integer(1, 6)]
    random.reseed(6)
    expect(random.next()).not.toBe(first[0])
    random.reseed(5)
    expect([random.next(), random.next(), random.integer(1, 6)]).toEqual(first)
  })

  test('the sequence of a seed never changes: stored runs can be repeated', () => {
    const random = new Random(42)
    expect([random.word() >>> 0, random.word() >>> 0, random.integer(0, 999_999)]).toMatchInlineSnapshot(`
      [
        1849552023,
        4223452576,
        27688,
      ]
    `)
    expect([hash32(1, 2, 3), iterationSeed(1, 2, 3), userIterationSeed(1, 2, 3, 4)]).toMatchInlineSnapshot(`
      [
        4275707339,
        5918763076186584,
        6816378885662089,
      ]
    `)
  })

  test('the first draws of neighbouring seeds are uniform and unrelated', () => {
    const random = new Random(0)
    const cells = new Array(256).fill(0)
    const n = 256_000
    for (let i = 0; i < n; i++) {
      random.reseed(i)
      cells[Math.floor(random.next() * 16) * 16 + Math.floor(random.next() * 16)]++
    }
    const chiSquare = cells.reduce((sum, count) => sum + (count - n / 256) ** 2 / (n / 256), 0)
    // 255 degrees of freedom: mean 255, deviation 22.6.
    expect(Math.abs(chiSquare - 255)).toBeLessThan(5 * 22.6)
  })

  test.prop([fc.integer({ min: -1000, max: 1000 }), fc.nat({ max: 50 }), fc.maxSafeInteger()])(
    'integers stay between their bounds',
    (from, width, seed) => {
      const random = new Random(seed)
      const seen = Array.from({ length: 200 }, () => random.integer(from, from + width))
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(from)
      expect(Math.max(...seen)).toBeLessThanOrEqual(from + width)
      expect(seen.every(Number.isInteger)).toBe(true)
    },
  )

  test('integers reach both bounds', () => {
    const random = new Random(1)
    expect([...new Set(Array.from({ length: 200 }, () => random.integer(1, 6)))].sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('fair heads are binomial', () => {
    const random = new Random(9)
    const trials = Array.from({ length: 4_000 }, () => fairHeads(random, 101))
    const mean = trials.reduce((sum, heads) => sum + heads, 0) / trials.length
    const variance = trials.reduce((sum, heads) => sum + (heads - mean) ** 2, 0) / trials.length
    expect(Math.abs(mean - 50.5)).toBeLessThan(4 * Math.sqrt(25.25 / 4_000))
    expect(Math.abs(variance / 25.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4_000))
  })
})

describe('seeds', () => {
  test('of a million iterations are all different, within 2^53', () => {
    const seeds = new Set<number>()
    for (let phase = 0; phase < 4; phase++) for (let i = 0; i < 250_000; i++) seeds.add(iterationSeed(1, phase, i))
    expect(seeds.size).toBe(1_000_000)
    expect([...seeds.values()].every(Number.isSafeInteger)).toBe(true)
  })

  test('of users and their iterations are all different', () => {
    const seeds = new Set<number>()
    for (let user = 0; user < 500; user++) for (let k = 0; k < 500; k++) seeds.add(userIterationSeed(1, 0, user, k))
    expect(seeds.size).toBe(250_000)
  })

  test('a changed bit of the input changes half of the output', () => {
    let changed = 0
    for (let i = 0; i < 1_000; i++) {
      let difference = hash32(1, i) ^ hash32(1, i ^ (1 << (i % 20)))
      for (; difference !== 0; difference &= difference - 1) changed++
    }
    expect(Math.abs(changed / 1_000 - 16)).toBeLessThan(0.5)
  })
})

describe('a shuffle without a list', () => {
  test.prop([fc.integer({ min: 1, max: 700 }), fc.nat()])('is a permutation', (size, seed) => {
    const places = Array.from({ length: size }, (_, place) => shuffled(place, size, seed))
    expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, place) => place))
  })

  test('puts the first place anywhere, evenly', () => {
    const cells = new Array(10).fill(0)
    for (let seed = 0; seed < 20_000; seed++) cells[shuffled(0, 10, hash32(seed))]++
    for (const count of cells) expect(Math.abs(count - 2_000)).toBeLessThan(5 * Math.sqrt(1_800))
  })
})
