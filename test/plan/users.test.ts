import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { eachIndex, iterationShare } from '../../lib/plan/iterations.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { type UserSpan, userSpans, usersAt } from '../../lib/plan/users.ts'
import type { LoadPhase } from '../../lib/scenario/load-phase.ts'
import { closed, iterations, loadPlan, open, pause, phaseAt } from './fixture.ts'

function allSpans(plan: Plan): UserSpan[] {
  return Array.from({ length: plan.shardCount }, (_, shard) => userSpans(plan, 0, shard)).flat()
}

/** Is user u wanted at an instant? Straight from the definition, phase by phase: c(t) > u, ramps included at their first instant. */
function naiveUsers(phases: readonly LoadPhase[], ms: number): number {
  let at = ms
  for (const phase of phases) {
    const durationMs = phase.kind === 'iterations' ? phase.withinMs : phase.durationMs
    if (at >= durationMs) {
      at -= durationMs
      continue
    }
    if (phase.kind !== 'closed') return 0
    if (at >= phase.rampMs) return phase.toUsers
    const step = phase.toUsers - phase.fromUsers
    let users = phase.fromUsers
    // User by user: number j of the ramp comes (or goes) at j / |step| of its time. Whole numbers, so no rounding.
    if (step > 0) while (users < phase.toUsers && (users - phase.fromUsers) * phase.rampMs <= at * step) users++
    if (step < 0) while (users > phase.toUsers && (phase.fromUsers - users + 1) * phase.rampMs <= at * -step) users--
    return users
  }
  return 0
}

const users = fc.integer({ min: 0, max: 25 })
const closedPhase = fc
  .record({ from: users, to: users, rampMs: fc.integer({ min: 0, max: 90 }), holdMs: fc.integer({ min: 1, max: 60 }) })
  .map(({ from, to, rampMs, holdMs }) => closed(from, to, rampMs, rampMs + holdMs))
const phaseList = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: closedPhase },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map(pause) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map(ms => open(10, 10, ms)) },
  ),
  { minLength: 1, maxLength: 5 },
)

describe('closed phases', () => {
  test.prop([phaseList, fc.integer({ min: 1, max: 7 })], { numRuns: 150 })(
    'spans hold as many users at each ms as the phases ask for, the lowest numbers, at most once each',
    (phases, shardCount) => {
      const plan = loadPlan(phases, { shardCount })
      const spans = allSpans(plan)
      for (let ms = 0; ms < plan.loadMs; ms++) {
        const wanted = naiveUsers(phases, ms)
        expect(usersAt(plan, 0, ms)).toBe(wanted)
        // A nanosecond inside, so that the span's own rounding cannot put it on the other side of the instant.
        const at = ms * 1000 + 1e-3
        const alive = spans.filter(span => span.fromUs <= at && at < span.toUs).map(span => span.user)
        expect(alive.sort((a, b) => a - b)).toEqual(Array.from({ length: wanted }, (_, user) => user))
      }
    },
  )

  test.prop([phaseList, fc.integer({ min: 2, max: 7 })], { numRuns: 100 })(
    'are the same for any number of shards, each in order of time and with its own users',
    (phases, shardCount) => {
      const plan = loadPlan(phases, { shardCount })
      for (let shard = 0; shard < shardCount; shard++) {
        const own = userSpans(plan, 0, shard)
        expect(own.every(span => span.user % shardCount === shard)).toBe(true)
        expect(own.map(span => span.fromUs)).toEqual(own.map(span => span.fromUs).toSorted((a, b) => a - b))
      }
      const order = (a: UserSpan, b: UserSpan) => a.user - b.user || a.fromUs - b.fromUs
      expect(allSpans(plan).sort(order)).toEqual(allSpans(loadPlan(phases)).sort(order))
    },
  )

  test('a user lives on from phase to phase, and the highest number retires first', () => {
    const plan = loadPlan([closed(0, 4, 4_000, 5_000), closed(4, 4, 0, 5_000), closed(4, 2, 2_000, 2_000)])
    expect(userSpans(plan, 0, 0)).toEqual([
      { user: 0, fromUs: 0, toUs: 12_000_000, phase: 0 },
      { user: 1, fromUs: 1_000_000, toUs: 12_000_000, phase: 0 },
      { user: 2, fromUs: 2_000_000, toUs: 12_000_000, phase: 0 },
      { user: 3, fromUs: 3_000_000, toUs: 11_000_000, phase: 0 },
    ])
  })

  test('a pause retires all: who comes after it is a new user', () => {
    const plan = loadPlan([closed(1, 1, 0, 1_000), pause(500), closed(1, 1, 0, 1_000)])
    expect(userSpans(plan, 0, 0)).toEqual([
      { user: 0, fromUs: 0, toUs: 1_000_000, phase: 0 },
      { user: 0, fromUs: 1_500_000, toUs: 2_500_000, phase: 2 },
    ])
  })
})

describe('iterations phases', () => {
  const counts = fc.integer({ min: 1, max: 40 })
  test.prop([counts, counts, fc.boolean(), fc.integer({ min: 1, max: 7 })])(
    'shards together have every user and every iteration once, and none has iterations without a user',
    (count, userCount, each, shardCount) => {
      const plan = loadPlan([iterations(count, userCount, each)], { shardCount })
      const phase = phaseAt(plan, 0)
      const people: number[] = []
      const indices: number[] = []
      for (let shard = 0; shard < shardCount; shard++) {
        const share = iterationShare(plan, phase, shard)
        people.push(...share.users)
        const before = indices.length
        if (each)
          for (const user of share.users) for (let k = 0; k < share.count; k++) indices.push(eachIndex(phase, user, k))
        else for (let i = share.first; i < share.count; i += share.step) indices.push(i)
        if (share.users.length === 0) expect(indices.length).toBe(before)
      }
      const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)
      expect(people.sort((a, b) => a - b)).toEqual(upTo(userCount))
      expect(indices.sort((a, b) => a - b)).toEqual(upTo(each ? count * userCount : count))
      expect(phase.arrivals).toBe(indices.length)
    },
  )
})
