import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { intervalMs } from '../../lib/plan/interval.ts'
import { arrivalLegSpan, userLegSpan } from '../../lib/plan/legs.ts'
import { planFaults } from '../../lib/plan/plan-faults.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { flowNames, requestNames } from '../../lib/scenario/request-names.ts'
import {
  closed,
  dataSet,
  flow,
  get,
  iterations,
  loadPlan,
  open,
  pause,
  phaseAt,
  plan,
  scenario,
  think,
  track,
  when,
} from './fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('phases', () => {
  test('of all tracks stand one after another in the list, and the drain is last', () => {
    const made = plan({
      flows: [flow('main', [get('/')]), flow('health', [get('/health')])],
      tracks: [
        track([closed(0, 5, 1_000, 2_000, { warmup: true }), pause(500), open(10, 10, 3_000), iterations(7, 2)], {
          main: 1,
        }),
        track([open(1, 1, 4_000), open(2, 2, 4_000)], { health: 1 }, { name: 'health' }),
      ],
    })
    const row = (index: number) => {
      const { track, phase, kind, startMs, arrivals, rankOffset, judged } = phaseAt(made, index)
      return [track, phase, kind, startMs, arrivals, rankOffset, judged]
    }
    expect(made.phases.map((_, index) => row(index))).toEqual([
      [0, 0, 'closed', 0, undefined, 0, false],
      [0, 1, 'pause', 2_000, 0, 0, false],
      [0, 2, 'open', 2_500, 30, 0, true],
      [0, 3, 'iterations', 5_500, 7, 30, true],
      [1, 0, 'open', 0, 4, 0, true],
      [1, 1, 'open', 4_000, 8, 4, true],
      [-1, -1, 'drain', 65_500, undefined, 0, false],
    ])
    expect(made.phases.map(phase => phase.index)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(made.loadMs).toBe(65_500)
    expect(made.legs).toEqual([{ number: 0, fromMs: 0, toMs: 65_500, invokeAt: '2023-11-14T22:13:20.000Z' }])
  })

  test('without a load are one user and one iteration', () => {
    for (const made of [plan({}), loadPlan([])]) {
      expect(phaseAt(made, 0)).toMatchObject({ kind: 'iterations', arrivals: 1, maxUsers: 1, judged: true })
      expect(made.scenario.tracks[0]?.phases[0]).toMatchObject({ kind: 'iterations', users: 1, iterations: 1 })
    }
  })

  /** Room for arrivals that bunch: four standard deviations of a Poisson count, and a handful. */
  const bunched = (mean: number) => Math.ceil(mean + 4 * Math.sqrt(mean)) + 4

  test.each([
    ['as written', open(10, 10, 60_000, { maxUsers: 3 }), 3],
    ['the rate times timeout and think time', open(10, 10, 60_000), bunched(10 * (30 + 2))],
    ['the highest rate', open(0, 10, 100_000), bunched(320)],
    ['no more than arrive', open(10, 10, 1_000), 10],
    ['a cap', open(5_000, 5_000, 60_000), 10_000],
  ])('have maxUsers: %s', (_, phase, users) => {
    const flows = [flow('main', [get('/'), think(2_000), get('/b')])]
    expect(phaseAt(plan({ flows, tracks: [track([phase], { main: 1 })] }), 0).maxUsers).toBe(users)
  })
})

describe('intervals', () => {
  test.each([
    [1, 1_000],
    [12 * MINUTE, 1_000],
    [12 * MINUTE + 1, 2_000],
    [24 * MINUTE + 1, 5_000],
    [HOUR + 1, 10_000],
    [2 * HOUR + 1, 20_000],
    [4 * HOUR + 1, 30_000],
    [6 * HOUR + 1, 60_000],
    [12 * HOUR + 1, 120_000],
    [24 * HOUR + MINUTE, 120_000],
  ])('of a run of %d ms are %d ms long', (runMs, length) => {
    expect(intervalMs(runMs)).toBe(length)
  })
})

describe('legs', () => {
  const cloud = { local: false, shardCount: 100 }
  test('are 12 minutes long, the last one up to a minute more, invoked 25 s ahead of an absolute start', () => {
    const made = loadPlan([open(1, 1, HOUR)], cloud)
    expect(made.legs.map(leg => [leg.fromMs / MINUTE, leg.toMs / MINUTE])).toEqual([
      [0, 12],
      [12, 24],
      [24, 36],
      [36, 48],
      [48, 60],
    ])
    expect(made.startAtMs).toBe(1_700_000_000_000 + 16_000)
    expect(made.legs.map(leg => Date.parse(leg.invokeAt) - 1_700_000_016_000)).toEqual([
      -16_000, 695_000, 1_415_000, 2_135_000, 2_855_000,
    ])
    expect(loadPlan([open(1, 1, 13 * MINUTE)], cloud).legs).toHaveLength(1)
    expect(loadPlan([open(1, 1, 13 * MINUTE + 1)], cloud).legs).toHaveLength(2)
    expect(loadPlan([open(1, 1, 24 * HOUR)], cloud).legs).toHaveLength(120)
  })

  test.prop([
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 500, max: 5_000 }),
    fc.integer({ min: 1, max: 400 }),
    fc.nat(5_000),
  ])('cover the load without a gap, for every user and shard', (durationMs, legMs, changeMs, number) => {
    const made = loadPlan([open(1, 1, durationMs)], {
      local: false,
      legTimes: { ...CLOUD_LEG_TIMES, legMs, leadMs: 0, changeMs },
    })
    let [user, arrival] = [0, 0]
    for (const { number: leg, fromMs, toMs } of made.legs) {
      expect(toMs - fromMs).toBeLessThanOrEqual(legMs + changeMs)
      const [users, arrivals] = [userLegSpan(made, leg, number), arrivalLegSpan(made, leg, number)]
      expect([users.fromUs, arrivals.fromUs]).toEqual([user, arrival])
      expect(users.toUs).toBeGreaterThan(users.fromUs)
      expect(users.toUs).toBeLessThanOrEqual((toMs + changeMs) * 1000)
      user = users.toUs
      arrival = arrivals.toUs
    }
    expect([user, arrival]).toEqual([durationMs * 1000, durationMs * 1000])
  })

  test('users change evenly spread over the minute, however many there are', () => {
    const made = loadPlan([open(1, 1, HOUR)], cloud)
    for (const users of [7, 100, 1_000]) {
      const sixths = [0, 0, 0, 0, 0, 0]
      for (let user = 0; user < users; user++) {
        const sixth = Math.floor((userLegSpan(made, 1, user).fromUs / 1000 - 12 * MINUTE) / 10_000)
        sixths[sixth] = (sixths[sixth] ?? 0) + 1
      }
      for (const count of sixths) expect(Math.abs(count - users / 6)).toBeLessThan(2)
    }
  })

  test('a seam moves before an iterations phase, and a phase that fits into no leg is refused', () => {
    const fits = loadPlan([open(1, 1, 11 * MINUTE), iterations(5, 1, false, 10 * MINUTE)], cloud)
    expect(fits.legs.map(leg => leg.toMs / MINUTE)).toEqual([10, 21])
    expect(planFaults(fits)).toEqual([])
    const long = loadPlan([iterations(5, 1, false, 20 * MINUTE)], cloud)
    expect(planFaults(long).map(fault => fault.message)).toEqual([
      'phase n (5 iterations by 1 users) does not fit into one leg of the test',
    ])
    expect(planFaults(loadPlan([iterations(5, 1, false, 20 * MINUTE)]))).toEqual([])
  })
})

describe('refusals', () => {
  test('name what there is and what it takes', () => {
    const flows = [flow('main', [get('/', ['account'])])]
    const tracks = [track([open(10, 10, 1_000)], { main: 1 })]
    expect(planFaults(plan({ data: [dataSet('account', 3)], flows, tracks }))).toEqual([
      {
        path: 'data.account',
        message: 'data set account has 3 rows, and the load takes 10',
        expected: 'at least 10 rows',
        fix: 'take: repeat, if a row may be used more than once',
      },
    ])
    expect(planFaults(loadPlan([open(1, 1, 25 * HOUR)]))).toHaveLength(1)
    const names = Array.from({ length: 1_001 }, (_, i) => get(`/${i}`))
    expect(planFaults(plan({ flows: [flow('main', names)] }))).toHaveLength(1)
  })
})

test('names are those of all flows in reading order, groups as flows', () => {
  const read = scenario({
    flows: [
      {
        ...flow('member', [
          get('/me'),
          { kind: 'group', name: 'cart', steps: [get('/cart'), { kind: 'group', name: 'pay', steps: [get('/pay')] }] },
          { kind: 'repeat', times: 2, steps: [get('/me'), get('/again')] },
        ]),
        start: [get('/login')],
      },
      flow('guest', [when([get('/a')], [get('/b')])]),
    ],
    before: [get('/setup')],
  })
  expect(requestNames(read)).toEqual(
    ['/login', '/me', '/cart', '/pay', '/again', '/a', '/b'].map(path => `GET ${path}`),
  )
  expect(flowNames(read)).toEqual(['member', 'member / cart', 'member / cart / pay', 'guest'])
})
