import { expect, test } from 'vitest'
import { generatorMs, invocationFaults, runMs } from '../../lib/plan/generator-time.ts'
import { planFaults } from '../../lib/plan/plan-faults.ts'
import { open, plan, track } from './fixture.ts'

const hour = (drainMs: number, shardCount = 10) =>
  plan({ tracks: [track([open(1, 1, 3_600_000)], { main: 1 })], drainMs }, { local: false, shardCount })

test('a generator runs from its invocation to the end of its drain', () => {
  const made = hour(30_000)
  expect(made.legs).toHaveLength(5)
  // The start is 15 s and 10 ms a generator after the plan; the later legs are invoked 25 s before they begin.
  expect(generatorMs(made, 0)).toBe(15_100 + 720_000 + 60_000 + 60_000)
  expect(generatorMs(made, 3)).toBe(25_000 + 720_000 + 60_000 + 60_000)
  expect(generatorMs(made, 4)).toBe(25_000 + 720_000 + 30_000)
  expect(runMs(made)).toBe(15_100 + 3_600_000 + 30_000)
})

test('1,000 generators over 24 hours stay below the end of an invocation', () => {
  const day = plan({ tracks: [track([open(1, 1, 86_400_000)], { main: 1 })] }, { local: false, shardCount: 1_000 })
  expect(invocationFaults(day)).toEqual([])
})

test('a drain that does not fit into the last invocation is a fault with the one that would', () => {
  const whole = (drainMs: number) =>
    plan({ tracks: [track([open(1, 1, 780_000)], { main: 1 })], drainMs }, { local: false, shardCount: 10 })
  // 15.1 + 780 + drain + 20 s of upload.
  expect(planFaults(whole(84_900))).toEqual([])
  expect(planFaults(whole(84_901))).toMatchObject([{ path: 'drain', fix: 'drain: 84s' }])
})

test('on this machine a drain may be as long as it likes', () => {
  expect(planFaults(plan({ tracks: [track([open(1, 1, 780_000)], { main: 1 })], drainMs: 900_000 }))).toEqual([])
})
