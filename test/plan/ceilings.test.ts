import { expect, test } from 'vitest'
import { budgetFaults, type Ceilings, ceilingFaults, DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import { closed, loadPlan, open } from './fixture.ts'

const small: Ceilings = {
  ratePerSecond: 100,
  users: 50,
  durationMs: 60_000,
  budgetUsd: 1,
  generators: 2,
  concurrentRuns: 1,
}

test('a plan at its ceilings is allowed, and every figure above one is a fault', () => {
  expect(ceilingFaults(loadPlan([open(100, 100, 60_000, { maxUsers: 50 })], { shardCount: 2 }), small)).toEqual([])
  const faults = ceilingFaults(loadPlan([open(50, 101, 60_001, { maxUsers: 51 })], { shardCount: 3 }), small)
  expect(faults.map(({ message }) => message)).toEqual([
    'the load asks for 101 iterations a second, and this deployment allows 100',
    'the load asks for 51 users at once, and this deployment allows 50',
    'the load lasts 60 seconds, and this deployment allows 60',
    'the plan needs 3 generators, and this deployment allows 2',
  ])
  expect(ceilingFaults(loadPlan([closed(0, 51, 0, 1_000)]), small)).toHaveLength(1)
  expect(ceilingFaults(loadPlan([closed(0, 10_000, 0, 600_000)]), DEFAULT_CEILINGS)).toEqual([])
})

test.each([
  [1, undefined, 1, 0],
  [1.01, undefined, 1, 1],
  [0.5, 0.5, 1, 0],
  [0.51, 0.5, 1, 1],
  [3, 0.5, 1, 2],
  [0.001, 0, 1, 1],
])(
  'an estimate of %d USD with a budget of %s and a ceiling of %d has %d faults',
  (usd, budgetUsd, ceilingUsd, count) => {
    const faults = budgetFaults(usd, { ...(budgetUsd !== undefined && { budgetUsd }), ceilingUsd })
    expect(faults).toHaveLength(count)
  },
)

test('a budget that is too small says what would do', () => {
  const [fault] = budgetFaults(1.2345, { budgetUsd: 1, ceilingUsd: 10 })
  expect(fault?.message).toBe('the run would cost about 1.23 USD, and its budget is 1.00 USD')
  expect(fault?.fix).toBe('budget: 1.24 USD, or a smaller load')
})
