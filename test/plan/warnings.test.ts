import { describe, expect, test } from 'vitest'
import { planRequests } from '../../lib/plan/expected-totals.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { connectionsAProcess, peakRate, peakUsers, sizingFaults } from '../../lib/plan/sizing.ts'
import { planWarnings } from '../../lib/plan/warnings.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import type { Threshold, ThresholdScope } from '../../lib/scenario/threshold.ts'
import { closed, dataSet, flow, get, open, pause, plan, think, track, when } from './fixture.ts'

const context = { readFile: () => ({ fault: 'missing' }) as const, env: {}, version: '0' }

function threshold(text: string, more: Partial<Threshold>): Threshold {
  const fixed = {
    scope: { kind: 'all' },
    operator: '<',
    unit: 'ms',
    limit: 1_000,
    abort: false,
    default: false,
  } as const
  return { text, subject: { kind: 'errors' }, ...fixed, ...more }
}

function percentile(value: number, more: Partial<Threshold> = {}): Threshold {
  return threshold(`p${value} < 1s`, {
    subject: { kind: 'latency', latency: 'response', statistic: { kind: 'percentile', percentile: value } },
    ...more,
  })
}

function throughput(limit: number, scope: ThresholdScope = { kind: 'all' }): Threshold {
  return threshold(`throughput > ${limit}/s`, {
    scope,
    subject: { kind: 'throughput' },
    operator: '>',
    limit,
    unit: 'perSecond',
  })
}

const messages = (of: Plan) => planWarnings(of).map(fault => fault.message)
const thinking = [flow('main', [get('/'), think(1_000)])]
const tenUsers = [track([closed(10, 10, 0, 30_000)], { main: 1 })]

describe('what is never judged', () => {
  const tracks = [track([open(100, 100, 60_000)], { main: 1 })]
  const of = (more: Partial<Threshold>) =>
    messages(plan({ flows: [flow('main', [get('/')])], tracks, thresholds: [threshold('errors < 1%', more)] }))

  test('a threshold that begins after the end', () => {
    expect(of({ afterMs: 60_000 })).toEqual([
      '"errors < 1%" will be inconclusive: what is judged of the load ends after 60s',
    ])
    expect(of({ afterMs: 59_000 })).toEqual([])
  })

  test('a window longer than the load', () => {
    expect(of({ everyMs: 61_000 })).toEqual(['"errors < 1%" will be inconclusive: no window of 61s fits into it'])
    expect(of({ everyMs: 20_000, afterMs: 45_000 })).toEqual([
      '"errors < 1%" will be inconclusive: no window of 20s fits into it',
    ])
    expect(of({ everyMs: 60_000 })).toEqual([])
  })

  test('but a window may lie over two judged phases', () => {
    const two = [track([open(100, 100, 30_000), open(50, 50, 30_000)], { main: 1 })]
    const thresholds = [threshold('errors < 1%', { everyMs: 60_000 })]
    expect(messages(plan({ flows: [flow('main', [get('/')])], tracks: two, thresholds }))).toEqual([])
  })
})

describe('wishes', () => {
  test('that Little forbids are named with the bound', () => {
    expect(messages(plan({ flows: thinking, tracks: tenUsers, thresholds: [throughput(500)] }))).toEqual([
      '"throughput > 500/s" cannot hold: the load comes to 10 requests a second at most; 10 users with 1,000 ms of think time can do no more (Little\'s law: users / time of an iteration)',
    ])
    expect(messages(plan({ flows: thinking, tracks: tenUsers, thresholds: [throughput(9)] }))).toEqual([])
  })

  test('above the rate of an open load are named, too', () => {
    const of = (limit: number) => loadPlanWith([throughput(limit)])
    expect(messages(of(51))[0]).toContain('comes to 50 requests a second at most; that is all its rate asks for')
    expect(messages(of(50))).toEqual([])
  })

  test('of one phase are bounded by that phase', () => {
    const phases = [open(10, 10, 10_000, { name: 'low' }), open(100, 100, 10_000, { name: 'high' })]
    const of = (name: string) =>
      plan({ tracks: [track(phases, { main: 1 })], thresholds: [throughput(50, { kind: 'phase', name })] })
    expect(messages(of('low'))).toHaveLength(1)
    expect(messages(of('high'))).toEqual([])
  })
})

function loadPlanWith(thresholds: readonly Threshold[]): Plan {
  return plan({ tracks: [track([open(50, 50, 10_000)], { main: 1 })], thresholds })
}

describe('percentiles', () => {
  test('of fewer samples than they take are missing', () => {
    expect(messages(loadPlanWith([percentile(99.9)]))).toEqual([
      '"p99.9 < 1s" will be inconclusive: it needs 1,000 samples, and the load comes to 500 at most',
    ])
    expect(messages(loadPlanWith([percentile(99), percentile(50)]))).toEqual([])
  })

  test('of windows are judged by the poorest one', () => {
    const phases = [open(0, 100, 10_000), open(100, 100, 10_000)]
    const of = (everyMs: number, afterMs?: number) =>
      plan({
        tracks: [track(phases, { main: 1 })],
        thresholds: [percentile(99, afterMs === undefined ? { everyMs } : { everyMs, afterMs })],
      })
    expect(messages(of(2_000))).toEqual([
      '"p99 < 1s": the window from 0s to 2s can hold 20 samples at most, and the percentile needs 100',
    ])
    expect(messages(of(2_000, 10_000))).toEqual([])
  })
})

describe('what will not come to anything', () => {
  test('is said', () => {
    const made = plan({
      target: 'https://shop.example.test',
      flows: [flow('a', [get('/a')], 1), flow('b', [get('/b')], 1), flow('c', [get('/c')], 0), flow('d', [get('/d')])],
      tracks: [track([closed(1, 1, 0, 10_000, { name: 'warm', warmup: true })], { a: 99, b: 1, c: 0 })],
      data: [dataSet('spare', 3)],
      thresholds: [percentile(50, { text: 'phase warm: p50 < 1s', scope: { kind: 'phase', name: 'warm' } })],
    })
    expect(messages(made)).toEqual([
      '"phase warm: p50 < 1s" will be inconclusive: it needs 2 samples, and the load comes to 0 at most',
      'every phase is a warm-up: nothing is judged, and the run will be inconclusive',
      'flow b is never run: the load is too small for its weight to give it a user or an iteration',
      'flow c is never run: its weight is 0',
      'flow d is never run: no load names it',
      'users of a never think: each sends its next request as soon as it is answered, so the load falls where the target slows down',
      'data set spare is read by no flow',
      'https://shop.example.test is not on this machine: be sure that you may put load on it',
    ])
    expect(planWarnings(made, { knownTarget: true })).toHaveLength(7)
  })

  test.each(['http://localhost:80', 'http://127.0.0.9', 'http://[::1]:8', 'http://a.localhost/x'])(
    '%s is this machine',
    target => {
      expect(messages(plan({ target, tracks: [track([open(1, 1, 1_000)], { main: 1 })] }))).toEqual([])
    },
  )
})

describe('totals', () => {
  test('count what the steps say', () => {
    const steps = [
      get('/'),
      {
        kind: 'repeat',
        times: 3,
        steps: [get('/a'), get('/b', [], { when: { expression: 'x', roots: [] } })],
      } as const,
      when([get('/c'), get('/d')], []),
    ]
    const made = plan({
      flows: [{ ...flow('main', steps), start: [get('/login')] }],
      tracks: [track([open(10, 10, 1_000)], { main: 1 })],
    })
    // An arrival is a new user: `start` runs each time.
    expect(planRequests(made)).toEqual({ min: 10 * 5, max: 10 * 10 })
  })
})

describe('start', () => {
  test('is counted once a user in closed phases, where its requests may have thresholds of their own', () => {
    const login = { ...flow('main', [get('/'), think(1_000)]), start: [get('/login')] }
    const phases = [closed(0, 10, 5_000, 5_000), closed(10, 10, 0, 20_000), pause(1_000), closed(10, 10, 0, 20_000)]
    const made = plan({
      flows: [login],
      tracks: [track(phases, { main: 1 })],
      thresholds: [percentile(95, { text: 'GET /login: p95 < 1s', scope: { kind: 'request', name: 'GET /login' } })],
    })
    expect(messages(made)).toEqual([])
    const wanting = {
      ...made,
      scenario: { ...made.scenario, thresholds: [percentile(99, { scope: { kind: 'request', name: 'GET /login' } })] },
    }
    expect(messages(wanting)).toEqual([
      '"p99 < 1s" will be inconclusive: it needs 100 samples, and the load comes to 20 at most',
    ])
  })
})

describe('sizing', () => {
  const made = plan(
    {
      flows: [flow('main', [get('/')]), flow('side', [get('/s')])],
      tracks: [
        track([closed(0, 300, 1_000, 10_000), pause(1_000), open(100, 900, 10_000, { maxUsers: 500 })], { main: 1 }),
        track([open(50, 50, 15_000, { maxUsers: 80 })], { side: 1 }, { name: 'side' }),
      ],
    },
    { shardCount: 4 },
  )

  test('adds tracks at the same time, not phases after one another', () => {
    expect(peakUsers(made)).toBe(580)
    expect(peakRate(made)).toBeCloseTo(900)
  })

  test('shares connections among processes', () => {
    expect(connectionsAProcess(made, { generatorsAProcess: 4 })).toBe(580)
    expect(connectionsAProcess(made, { generatorsAProcess: 1 })).toBe(145)
  })

  test('refuses what does not fit with the number that would', () => {
    expect(sizingFaults(made, { descriptors: 1_024, generatorsAProcess: 4 })).toEqual([])
    expect(sizingFaults(made, { generatorsAProcess: 4 })).toEqual([])
    const [files] = sizingFaults(made, { descriptors: 256, generatorsAProcess: 4 })
    expect(files).toMatchObject({
      message: 'the plan may need 580 connections at once, and this machine has open files (descriptors) for 160',
      expected: 'at most 160 users at once',
    })
    const [ports] = sizingFaults(made, { descriptors: 100_000, ports: 500, generatorsAProcess: 4 })
    expect(ports?.message).toContain('local ports for 500')
    // As the language writes it: a correction that is itself a fault corrects nothing.
    const written = /connections: (pooled) N/.exec(ports?.fix ?? '')?.[1]
    const http = { connections: `${written} 50` }
    const reading = readScenario({ object: { target: 'http://127.0.0.1:1', http, steps: [{ get: '/' }] } }, context)
    expect(reading).toMatchObject({ ok: true, value: { scenario: { http: { connections: { pooled: 50 } } } } })
  })
})
