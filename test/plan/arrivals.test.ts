import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { arrivalCursor, arrivalsBefore } from '../../lib/plan/arrivals.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import type { OpenPhase } from '../../lib/scenario/load-phase.ts'
import { loadPlan, open, pause, phaseAt } from './fixture.ts'

function times(plan: Plan, shard: number, phase = 0, fromUs = 0): Map<number, number> {
  const found = new Map<number, number>()
  const cursor = arrivalCursor(plan, phaseAt(plan, phase), shard, fromUs)
  for (; cursor.index >= 0; cursor.advance()) found.set(cursor.index, cursor.atUs)
  expect(cursor.atUs).toBe(Number.POSITIVE_INFINITY)
  return found
}

/** Lambda^-1 by bisection of the numerically integrated rate: knows nothing of the closed form. */
function naiveInverse({ fromPerSecond: a, toPerSecond: b, durationMs }: OpenPhase, value: number): number {
  const T = durationMs / 1000
  const integral = (t: number) => {
    const pieces = 16
    let sum = 0
    for (let p = 0; p < pieces; p++) sum += (a + ((b - a) * ((p + 0.5) * t)) / pieces / T) * (t / pieces)
    return sum
  }
  let low = 0
  let high = T
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (integral(middle) < value) low = middle
    else high = middle
  }
  return low
}

const rate = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.01, max: 50, noNaN: true }))
const openPhase = fc
  .record({ from: rate, to: rate, durationMs: fc.integer({ min: 1, max: 20_000 }), poisson: fc.boolean() })
  .map(({ from, to, durationMs, poisson }) => open(from, to, durationMs, { arrivals: poisson ? 'poisson' : 'even' }))

describe('counts', () => {
  test.each([
    [50, 50, 10_000, 500],
    [0.1, 0.1, 30_000, 3],
    [1 / 3, 1 / 3, 30_000, 10],
    [0, 100, 10_000, 500],
    [100, 0, 10_000, 500],
    [0, 0, 10_000, 0],
    [10, 10, 1, 1],
    [10, 10, 101, 2],
    [16.7, 16.7, 60_000, 1002],
  ])('%d/s -> %d/s for %d ms has %d arrivals', (from, to, durationMs, count) => {
    expect(phaseAt(loadPlan([open(from, to, durationMs)]), 0).arrivals).toBe(count)
  })
})

describe('even arrivals', () => {
  test.prop([openPhase.map(phase => ({ ...phase, arrivals: 'even' as const }))], { numRuns: 60 })(
    'are where the integral of the rate passes whole numbers',
    phase => {
      for (const [index, atUs] of times(loadPlan([phase]), 0)) {
        expect(Math.abs(atUs - naiveInverse(phase, index) * 1e6)).toBeLessThan(1)
      }
    },
  )

  test('of an hour at 1,000/s end where they should', () => {
    const plan = loadPlan([open(1000, 1000, 3_600_000)])
    const cursor = arrivalCursor(plan, phaseAt(plan, 0), 0, 3_599_999_000)
    expect(cursor.index).toBe(3_599_999)
    expect(cursor.atUs).toBeCloseTo(3_599_999_000, 3)
  })

  test('a later phase counts from its own start', () => {
    const plan = loadPlan([pause(1_500), open(10, 10, 1_000)])
    expect([...times(plan, 0, 1).values()].slice(0, 3)).toEqual([1_500_000, 1_600_000, 1_700_000])
  })
})

describe('shards', () => {
  test.prop([openPhase, fc.integer({ min: 1, max: 7 })], { numRuns: 100 })(
    'together have the whole schedule, nothing twice, at the same times for any number of them',
    (phase, shardCount) => {
      const whole = times(loadPlan([phase]), 0)
      const plan = loadPlan([phase], { shardCount })
      const union = new Map<number, number>()
      for (let shard = 0; shard < shardCount; shard++) {
        let last = -1
        for (const [index, atUs] of times(plan, shard)) {
          expect(index % shardCount).toBe(shard)
          expect(union.has(index)).toBe(false)
          expect(atUs).toBeGreaterThanOrEqual(last)
          last = atUs
          union.set(index, atUs)
        }
      }
      expect(union.size).toBe(whole.size)
      expect(whole.size).toBe(phaseAt(plan, 0).arrivals)
      for (const [index, atUs] of whole) expect(union.get(index)).toBe(atUs)
    },
  )

  test.prop([openPhase, fc.double({ min: -0.1, max: 1.1, noNaN: true }), fc.integer({ min: 1, max: 5 })], {
    numRuns: 100,
  })('a cursor may start anywhere', (phase, place, shardCount) => {
    const plan = loadPlan([phase], { shardCount })
    const fromUs = place * phase.durationMs * 1000
    for (let shard = 0; shard < shardCount; shard++) {
      const late = [...times(plan, shard)].filter(([, atUs]) => atUs >= fromUs)
      expect([...times(plan, shard, 0, fromUs)]).toEqual(late)
    }
    const before = [...times(loadPlan([phase]), 0).values()].filter(atUs => atUs < fromUs).length
    expect(arrivalsBefore(plan, phaseAt(plan, 0), fromUs)).toBe(before)
  })

  test('an arrival exactly at an instant counts as not before it', () => {
    const plan = loadPlan([open(10, 10, 1_000)])
    expect(arrivalsBefore(plan, phaseAt(plan, 0), 300_000)).toBe(3)
  })
})

describe('poisson arrivals', () => {
  const length = 10_000
  const plan = loadPlan([open(1000, 1000, length * 1000, { arrivals: 'poisson' })])
  test('over ten million have exponential gaps and no memory', () => {
    const cursor = arrivalCursor(plan, phaseAt(plan, 0), 0, 5_000 * 1e6)
    const gaps: number[] = []
    for (let last = cursor.atUs; gaps.length < 100_000; last = cursor.atUs) {
      cursor.advance()
      gaps.push((cursor.atUs - last) / 1000)
    }
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    const lagged = gaps.slice(1).reduce((sum, gap, i) => sum + (gap - mean) * ((gaps[i] ?? 0) - mean), 0)
    const longer = gaps.filter(gap => gap > mean).length / gaps.length
    // Four standard errors of each: 1/sqrt(n), sqrt(8/n), 1/sqrt(n), sqrt(pq/n).
    expect(Math.abs(mean - 1)).toBeLessThan(0.0127)
    expect(Math.abs(variance - 1)).toBeLessThan(0.036)
    expect(Math.abs(lagged / gaps.length / variance)).toBeLessThan(0.0127)
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.0062)
  })

  test('windows of a second hold counts with the mean and variance of a Poisson distribution', () => {
    const counts = Array.from({ length: 2_000 }, (_, second) => {
      const phase = phaseAt(plan, 0)
      return arrivalsBefore(plan, phase, (second + 1) * 1e6) - arrivalsBefore(plan, phase, second * 1e6)
    })
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length
    expect(Math.abs(mean - 1000)).toBeLessThan(4 * Math.sqrt(1000 / 2000))
    expect(Math.abs(variance / 1000 - 1)).toBeLessThan(4 * Math.sqrt(2 / 2000))
  })

  test('another seed is another schedule of the same length', () => {
    const phase = open(100, 100, 10_000, { arrivals: 'poisson' })
    const one = times(loadPlan([phase], { seed: 1 }), 0)
    const two = times(loadPlan([phase], { seed: 2 }), 0)
    expect(one.size).toBe(1000)
    expect(two.size).toBe(1000)
    expect([...one.values()].filter((at, i) => at === two.get(i))).toEqual([])
  })
})
