import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { flowMix } from '../../lib/plan/flow-mix.ts'
import { weightParts } from '../../lib/plan/weight-parts.ts'
import { track } from './fixture.ts'

function mixOf(weights: readonly number[], seed: number) {
  return flowMix(track([], Object.fromEntries(weights.map((weight, i) => [`f${i}`, weight]))), seed)
}

const weights = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0.5, 1.5, 2.5, 33.5), fc.constant(0)),
  { minLength: 1, maxLength: 7 },
)

describe('the mix of flows', () => {
  test.prop([weights.filter(list => list.some(weight => weight > 0)), fc.nat()], { numRuns: 60 })(
    'keeps every flow within one of its share in every prefix',
    (list, seed) => {
      const mix = mixOf(list, seed)
      const sum = list.reduce((a, b) => a + b, 0)
      const counts = list.map(() => 0)
      for (let rank = 0; rank < 1_500; rank++) {
        const flow = mix.at(rank)
        counts[flow] = (counts[flow] ?? 0) + 1
        for (const [j, weight] of list.entries()) {
          expect(Math.abs((counts[j] ?? 0) - ((rank + 1) * weight) / sum)).toBeLessThan(1)
        }
      }
    },
  )

  test.prop([weights, fc.nat(), fc.array(fc.nat({ max: 6 }), { maxLength: 4 })], { numRuns: 40 })(
    'countBefore is what counting gives',
    (list, seed, some) => {
      const mix = mixOf(list, seed)
      const flows = [...new Set(some.filter(flow => flow < list.length))]
      let count = 0
      for (let rank = 0; rank < 1_000; rank++) {
        expect(mix.countBefore(rank, flows)).toBe(count)
        if (flows.includes(mix.at(rank))) count++
      }
    },
  )

  test('needs no counting to be anywhere', () => {
    const mix = mixOf([73, 18, 9], 1)
    expect(mix.countBefore(100_000_000, [0])).toBe(73_000_000)
    expect(mix.countBefore(100_000_000, [1, 2])).toBe(27_000_000)
  })

  test.each([2, 3, 4, 5, 10, 50])('the ranks of one of %d shards have the mix of all', shardCount => {
    const mix = mixOf([50, 30, 20], 3)
    const perShard = 20_000
    for (let shard = 0; shard < shardCount; shard++) {
      const counts = [0, 0, 0]
      for (let k = 0; k < perShard; k++) {
        const flow = mix.at(shard + k * shardCount)
        counts[flow] = (counts[flow] ?? 0) + 1
      }
      for (const [j, share] of [0.5, 0.3, 0.2].entries()) {
        expect(Math.abs((counts[j] ?? 0) / perShard - share)).toBeLessThan(0.03)
      }
    }
  })

  test('is another order for another seed or another track', () => {
    const order = (seed: number) => Array.from({ length: 200 }, (_, rank) => mixOf([1, 1], seed).at(rank)).join('')
    expect(order(1)).not.toBe(order(2))
    expect(order(1)).toBe(order(1))
  })
})

describe('weights as parts', () => {
  test.each([
    [[73, 18, 9], [73, 18, 9], 100, true],
    [[2, 4, 6], [1, 2, 3], 6, true],
    [[0.5, 0.25], [2, 1], 3, true],
    [[1.1, 2.2], [1, 2], 3, true],
    [[5, 0], [1, 0], 1, true],
    [[0, 0], [1, 1], 2, true],
  ] as const)('%j are %j', (list, parts, total, exact) => {
    expect(weightParts(list)).toEqual({ parts, total, exact })
  })

  test('too fine ones are rounded, none to zero', () => {
    const { parts, total, exact } = weightParts([1_000_000, 1])
    expect(exact).toBe(false)
    expect(total).toBeLessThanOrEqual(1_001)
    expect(parts.every(part => part > 0)).toBe(true)
  })
})
