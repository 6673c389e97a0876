import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cloudDerivedUsers, cloudPlan } from '../../lib/plan/cloud-plan.ts'
import {
  generatorNeeds,
  LAMBDA_CAPACITY,
  lambdasAtOnce,
  type Sizing,
  type SizingLimits,
  sizeGenerators,
} from '../../lib/plan/cloud-sizing.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { peakUsers } from '../../lib/plan/sizing.ts'
import type { LoadPhase } from '../../lib/scenario/load-phase.ts'
import type { HttpOptions, Scenario } from '../../lib/scenario/scenario.ts'
import { closed, flow, get, iterations, open, scenario, think, track } from './fixture.ts'

const fixed = { runId: 'r1', scenarioHash: 'h', seed: 7, nowMs: 1_700_000_000_000 }
const answers = { answerMs: 200, responseBytes: 10_000, requestBytes: 600 }

function made(phases: readonly LoadPhase[], more: Partial<Scenario> = {}, http: Partial<HttpOptions> = {}): Scenario {
  const base = scenario({ tracks: [track(phases, { main: 1 })], ...more })
  return { ...base, http: { ...base.http, ...http } }
}

const planner = (of: Scenario) => (shardCount: number) => cloudPlan({ ...fixed, scenario: of }, shardCount)

function sized(of: Scenario, limits: SizingLimits = {}): Sizing {
  return sizeGenerators(planner(of), { answers, ...limits })
}

function generators(sizing: Sizing): number {
  if (!sizing.ok) throw new Error(sizing.faults.map(({ message }) => message).join('\n'))
  return sizing.generators
}

const slow = [flow('main', [get('/'), think(9_800)])]

test.each([
  ['one request', made([iterations(1, 1)]), 1, /1 user at once/],
  [
    'users that think: connections',
    made([closed(10_000, 10_000, 0, 60_000)], { flows: slow }),
    11,
    /10,000 users at once/,
  ],
  ['951 users do not fit into one', made([closed(951, 951, 0, 60_000)], { flows: slow }), 2, /951 users at once/],
  // 10,000/s x 200 ms x 10 is 20,000 users, and 10,000 requests a second are two generators.
  ['an open rate: users, were it ten times slower', made([open(10_000, 10_000, 60_000)]), 22, /20,000 users at once/],
  [
    'an open rate with its users written',
    made([open(10_000, 10_000, 60_000, { maxUsers: 900 })]),
    2,
    /10,000 requests a second/,
  ],
  [
    'fresh connections',
    made([open(2_000, 2_000, 60_000, { maxUsers: 900, connections: 'fresh' })]),
    5,
    /2,000 new connections a second/,
  ],
  ['no keep-alive', made([open(2_000, 2_000, 60_000, { maxUsers: 900 })], {}, { keepAlive: false }), 5, /local ports/],
  [
    'a pool needs no connection a user',
    made([closed(9_000, 9_000, 0, 60_000)], { flows: slow }, { connections: { pooled: 100 } }),
    1,
    /users? at once|requests/,
  ],
] as const)('%s', (_, of, expected, binding) => {
  const sizing = sized(of)
  expect(generators(sizing)).toBe(expected)
  expect(sizing.ok && sizing.reasons[0]).toMatch(binding)
})

test('the bytes of the answers', () => {
  const of = made([open(1_000, 1_000, 60_000, { maxUsers: 900 })])
  const sizing = sized(of, { answers: { ...answers, responseBytes: 300_000 } })
  expect(generators(sizing)).toBe(5)
  expect(sizing.ok && sizing.reasons[0]).toContain('300 MB/s of answers')
})

test('tracks deal out their users each by itself', () => {
  const flows = [flow('main', [get('/'), think(9_800)]), flow('side', [get('/s'), think(9_800)])]
  // 951 + 949 = 1,900 are two Lambdas full, but 476 + 475 are 951 on the first of them.
  const tracks = [
    track([closed(951, 951, 0, 60_000)], { main: 1 }),
    track([closed(949, 949, 0, 60_000)], { side: 1 }, { name: 'side' }),
  ]
  expect(generators(sized(scenario({ flows, tracks })))).toBe(3)
})

describe('refusals name the number that would be needed', () => {
  const long = made([closed(10_000, 10_000, 0, 3_600_000)], { flows: slow })
  const short = made([closed(10_000, 10_000, 0, 60_000)], { flows: slow })

  function refusal(sizing: Sizing): string {
    if (sizing.ok) throw new Error('it was not refused')
    return sizing.faults.map(({ message }) => message).join('\n')
  }

  test('a seam needs two legs of generators at once, one leg does not', () => {
    expect(refusal(sized(long, { concurrency: 41 }))).toContain(
      '42 Lambdas at once (2 x 11 at a seam of two legs, and 20 more)',
    )
    expect(generators(sized(long, { concurrency: 42 }))).toBe(11)
    expect(refusal(sized(short, { concurrency: 30 }))).toContain('31 Lambdas at once')
    expect(generators(sized(short, { concurrency: 31 }))).toBe(11)
  })

  test('the deployment allows fewer generators', () => {
    expect(refusal(sized(short, { mostGenerators: 10 }))).toMatch(/needs 11 generators .* allows 10/)
  })

  test('too few were asked for; more are what the user wants', () => {
    expect(refusal(sized(short, { asked: 10 }))).toContain('10 generators cannot carry the load')
    const sizing = sized(short, { asked: 40 })
    expect(generators(sizing)).toBe(40)
    expect(sizing.ok && sizing.reasons[0]).toBe('40 generators asked for')
  })

  test('a pool above the descriptors fits no number of generators', () => {
    expect(refusal(sized(made([closed(1, 1, 0, 1_000)], {}, { connections: { pooled: 951 } })))).toContain('951')
  })
})

describe('the number of generators', () => {
  const phase = fc.oneof(
    fc
      .record({ from: fc.nat(3_000), to: fc.integer({ min: 1, max: 3_000 }), fresh: fc.boolean() })
      .map(({ from, to, fresh }): LoadPhase => open(from, to, 60_000, fresh ? { connections: 'fresh' } : {})),
    fc
      .record({ from: fc.nat(6_000), to: fc.integer({ min: 1, max: 6_000 }) })
      .map(({ from, to }): LoadPhase => closed(from, to, 10_000, 60_000)),
  )
  const arbitrary = fc.record({
    main: fc.array(phase, { minLength: 1, maxLength: 3 }),
    side: fc.array(phase, { minLength: 1, maxLength: 2 }),
    keepAlive: fc.boolean(),
    responseBytes: fc.integer({ min: 0, max: 500_000 }),
  })

  const scenarioOf = ({ main, side, keepAlive }: { main: LoadPhase[]; side: LoadPhase[]; keepAlive: boolean }) => {
    const flows = [flow('main', [get('/'), think(800)]), flow('side', [get('/s')])]
    const tracks = [track(main, { main: 1 }), track(side, { side: 1 }, { name: 'side' })]
    const of = scenario({ flows, tracks })
    return { ...of, http: { ...of.http, keepAlive } }
  }

  test('satisfies each constraint, and one fewer violates one', () => {
    fc.assert(
      fc.property(arbitrary, given => {
        const of = scenarioOf(given)
        const guess = { ...answers, responseBytes: given.responseBytes }
        const n = generators(sized(of, { answers: guess }))
        expect(carries(planner(of)(n), n, guess)).toBe(true)
        if (n > 1) expect(carries(planner(of)(n - 1), n - 1, guess)).toBe(false)
      }),
    )
  })

  test('does not depend on how many it is asked about', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 500 }), (given, shards) => {
        const of = scenarioOf(given)
        expect(generatorNeeds(planner(of)(shards), { answers })).toEqual(generatorNeeds(planner(of)(1), { answers }))
      }),
    )
  })

  test('leaves every Lambda the descriptors that its users need', () => {
    fc.assert(
      fc.property(arbitrary, given => {
        const of = scenarioOf(given)
        const n = generators(sized(of))
        // Two tracks may each give one user more to the same generator.
        expect(peakUsers(planner(of)(n)) / n).toBeLessThanOrEqual(LAMBDA_CAPACITY.connections + 2)
      }),
    )
  })
})

/** Written apart from the sizing: millisecond by millisecond, track by track, what one generator of n has to bear. */
function carries(plan: Plan, n: number, guess: typeof answers): boolean {
  const { keepAlive } = plan.scenario.http
  const iterationSeconds = [1, 0.2]
  const slowSeconds = [2.8, 2]
  for (let atMs = 0; atMs <= plan.loadMs; atMs += 1_000) {
    // Just before and just after: a phase ends where the next one begins.
    for (const at of [atMs - 1e-6, atMs]) {
      let users = 0
      let requests = 0
      let opened = 0
      plan.scenario.tracks.forEach(({ phases }, number) => {
        let startMs = 0
        for (const each of phases) {
          if (each.kind !== 'open' && each.kind !== 'closed') throw new Error('not generated')
          const since = at - startMs
          startMs += each.durationMs
          if (since < 0 || since >= each.durationMs) continue
          if (each.kind === 'open') {
            const rate = each.fromPerSecond + ((each.toPerSecond - each.fromPerSecond) * since) / each.durationMs
            const peak = Math.max(each.fromPerSecond, each.toPerSecond)
            const arrivals = Math.floor(((each.fromPerSecond + each.toPerSecond) / 2) * (each.durationMs / 1000))
            const wanted = Math.max(1, Math.min(arrivals, Math.ceil(peak * (slowSeconds[number] ?? 0) - 1e-9)))
            users += Math.ceil(wanted / n)
            requests += rate
            opened += keepAlive && each.connections === 'reuse' ? 0 : rate
          } else {
            const ramp = Math.min(1, since / each.rampMs)
            const now = each.fromUsers + (each.toUsers - each.fromUsers) * ramp
            users += Math.ceil(Math.max(each.fromUsers, each.toUsers) / n)
            requests += now / (iterationSeconds[number] ?? 1)
            opened += keepAlive ? 0 : now / (iterationSeconds[number] ?? 1)
          }
        }
      })
      const slack = 1 - 1e-6
      if (users > 950 || (requests / n) * slack > 5_000 || (opened / n) * slack > 470) return false
      if (((requests * guess.responseBytes) / n) * slack > 60_000_000) return false
    }
  }
  return true
}

test('lambdas at once', () => {
  const of = made([closed(1, 1, 0, 720_000 * 3)])
  expect(lambdasAtOnce(planner(of)(5), 5)).toBe(30)
})

test('users that are derived get what the written ones leave', () => {
  const flows = [flow('main', [get('/')]), flow('side', [get('/s')])]
  const tracks = [
    track([closed(900, 900, 0, 60_000), open(500, 500, 60_000)], { main: 1 }),
    track([open(500, 500, 60_000)], { side: 1 }, { name: 'side' }),
  ]
  const input = { ...fixed, scenario: scenario({ flows, tracks }) }
  expect(cloudDerivedUsers(input, 1)).toBe(50)
  expect(cloudDerivedUsers(input, 2)).toBe(1_000)
  expect(cloudDerivedUsers({ ...fixed, scenario: made([closed(9, 9, 0, 1_000)]) }, 3)).toBe(2_850)
})
