import { expect, it } from 'vitest'
import type { ThresholdResult } from '../../lib/judge/threshold-result.ts'
import { MOST_STORED_THRESHOLDS, type StoredVerdict, storedVerdict } from '../../lib/store/stored-verdict.ts'

const threshold = (number: number, result: ThresholdResult['result']): ThresholdResult => ({
  text: `p95 < ${number}s`,
  scope: 'total',
  metric: 'p95',
  operator: '<',
  limit: number,
  unit: 'ms',
  samples: 0,
  default: false,
  result,
  reason: 'x'.repeat(900),
})

const verdict = (thresholds: readonly ThresholdResult[]): StoredVerdict =>
  storedVerdict({ runId: 'a', scenario: 's', result: 'fail', reasons: [], headline: '', thresholds, endedAt: '' })

it('keeps every threshold of a verdict that has few', () => {
  const few = Array.from({ length: MOST_STORED_THRESHOLDS }, (_, number) => threshold(number, 'pass'))
  expect(verdict(few).thresholds).toEqual(few)
  expect(verdict(few)).not.toHaveProperty('thresholdCount')
})

it('keeps those that did not pass of a verdict that has many, in their order, within one item', () => {
  const many = Array.from({ length: 1000 }, (_, number) => threshold(number, number % 10 === 9 ? 'fail' : 'pass'))
  const kept = verdict(many)
  expect(kept.thresholdCount).toBe(1000)
  expect(kept.thresholds).toHaveLength(MOST_STORED_THRESHOLDS)
  expect(kept.thresholds.filter(({ result }) => result === 'fail')).toHaveLength(100)
  const limits = kept.thresholds.map(({ limit }) => limit)
  expect(limits).toEqual(limits.toSorted((one, other) => one - other))
  expect(JSON.stringify(kept).length).toBeLessThan(400_000)
})
