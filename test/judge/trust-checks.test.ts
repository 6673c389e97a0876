import { describe, expect, it } from 'vitest'
import { uniformDistance } from '../../lib/judge/check-arrivals.ts'
import { generatorLimit } from '../../lib/judge/generator-limit.ts'
import { trendOf } from '../../lib/judge/trend.ts'
import type { TrustCheck } from '../../lib/judge/trust-check.ts'
import { trustChecks } from '../../lib/judge/trust-checks.ts'
import { judge } from '../../lib/judge/verdict.ts'
import { GapRecorder } from '../../lib/measure/arrival-gaps.ts'
import type { Measurements } from '../../lib/measure/measurements.ts'
import { arrivalCursor } from '../../lib/plan/arrivals.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { Random } from '../../lib/plan/random.ts'
import { headline } from '../../lib/report/headline.ts'
import type { LoadPhase } from '../../lib/scenario/load-phase.ts'
import { parseThreshold } from '../../lib/scenario/threshold.ts'
import { sample } from '../measure/sample-plan.ts'
import { closed, open, plan, track } from '../plan/fixture.ts'
import { health, summaryOf } from './run-sketch.ts'

const thresholdOf = (text: string) => {
  const parsed = parseThreshold(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

function planOf(phases: readonly LoadPhase[], thresholds: readonly string[] = [], pooled = 0): Plan {
  const base = plan({ tracks: [track(phases, { main: 1 })], thresholds: thresholds.map(thresholdOf) })
  if (pooled === 0) return base
  const http = { ...base.scenario.http, connections: { pooled } }
  return { ...base, scenario: { ...base.scenario, http } }
}

/** So many requests a second of phase 0, each as long as `ms` says for its second. */
function requestsBySecond(seconds: number, rate: number, ms: (second: number) => number) {
  return (measurements: Measurements) => {
    for (let i = 0; i < seconds * rate; i++) {
      const intendedUs = (i / rate) * 1e6
      const endUs = intendedUs + ms(Math.floor(i / rate)) * 1000
      measurements.started(0, 100, intendedUs)
      measurements.request(sample({ phase: 0, intendedUs, sentUs: intendedUs, endUs }))
    }
  }
}

const of = (checks: readonly TrustCheck[], kind: TrustCheck['kind']) => checks.find(check => check.kind === kind)

/** Starts of the plan's first phase, each moved by `shift` µs. */
function gapsOf(wanted: Plan, shift: (index: number, atUs: number) => number) {
  const [phase] = wanted.phases
  if (phase === undefined) throw new Error('no phase')
  const load = wanted.scenario.tracks[0]?.phases[0]
  const rate = load?.kind === 'open' && load.arrivals === 'poisson' ? load.fromPerSecond : undefined
  const recorder = new GapRecorder()
  let planned = Number.NaN
  let actual = Number.NaN
  for (const cursor = arrivalCursor(wanted, phase, 0); cursor.index >= 0; cursor.advance()) {
    const at = cursor.atUs + shift(cursor.index, cursor.atUs)
    const expected = rate === undefined ? undefined : ((at - actual) / 1e6) * rate
    if (!Number.isNaN(planned)) recorder.record(cursor.atUs - planned, at - actual, expected, 1)
    planned = cursor.atUs
    actual = at
  }
  const gaps = recorder.gaps()
  if (gaps === undefined) throw new Error('no gaps')
  return gaps
}

describe('arrivals', () => {
  const poisson = planOf([open(1000, 1000, 10_000, { arrivals: 'poisson' })])

  it('that follow the plan are said to, with their figures', () => {
    const even = planOf([open(100, 100, 10_000)])
    const generators = [health({ gaps: gapsOf(even, index => (index % 2) * 100) })]
    const checks = trustChecks(
      even,
      summaryOf(
        even,
        requestsBySecond(10, 100, () => 20),
        { generators },
      ),
    )
    expect(of(checks, 'arrivals')).toMatchObject({ result: 'ok', figure: 0.1, limit: 2 })
    expect(of(checks, 'arrivals')?.text).toBe(
      '1,000 of 1,000 planned arrivals started, p99 0.1 ms late; their gaps are off by 0.1 ms on average, where one is 10 ms',
    )
    expect(of(checks, 'poisson')).toBeUndefined()
  })

  it('of a Poisson process pass the test of its gaps', () => {
    const generators = [health({ gaps: gapsOf(poisson, () => 0) })]
    const checks = trustChecks(
      poisson,
      summaryOf(
        poisson,
        requestsBySecond(10, 1000, () => 5),
        { generators },
      ),
    )
    expect(of(checks, 'poisson')?.result).toBe('ok')
    expect(of(checks, 'poisson')?.figure).toBeLessThan(0.03)
  })

  it.each([
    // Everything of 10 ms in one bunch at its end: no target of 5 ms sees a Poisson process.
    ['bunches of 10 ms', (_: number, atUs: number) => 10_000 - (atUs % 10_000), 'doubtful', /not those of a Poisson/],
    // A tick of 1 ms: off by half of it, which is below the least that matters.
    ['ticks of 1 ms', (_: number, atUs: number) => 1000 - (atUs % 1000), 'ok', /and blurred below/],
  ] as const)('in %s do not', (_, shift, result, text) => {
    const generators = [health({ gaps: gapsOf(poisson, shift) })]
    const checks = trustChecks(
      poisson,
      summaryOf(
        poisson,
        requestsBySecond(10, 1000, () => 5),
        { generators },
      ),
    )
    expect(of(checks, 'poisson')).toMatchObject({ result, text: expect.stringMatching(text) })
    expect(of(checks, 'poisson')?.figure).toBeGreaterThan(0.05)
  })

  it('are not spoken of where there were none', () => {
    const users = planOf([closed(10, 10, 0, 20_000)])
    const checks = trustChecks(
      users,
      summaryOf(
        users,
        requestsBySecond(20, 50, () => 20),
      ),
    )
    expect(of(checks, 'arrivals')).toBeUndefined()
    expect(of(checks, 'closed')?.text).toMatch(/^closed: each user waits for its answer/)
  })

  it('distance to the uniform law', () => {
    expect(uniformDistance([5, 5, 5, 5])).toBe(0)
    expect(uniformDistance([20, 0, 0, 0])).toBe(0.75)
    expect(uniformDistance([0, 0, 0, 20])).toBe(0.75)
  })
})

describe('the hold', () => {
  const hold = planOf([open(50, 50, 30_000)])
  const noise = new Random(5)

  it.each([
    ['steady', () => 20 + noise.next(), 'ok', /did not drift/],
    ['with a stall now and then', (second: number) => (second % 10 === 5 ? 500 : 20 + noise.next()), 'ok', /did not/],
    ['rising', (second: number) => 20 + second, 'doubtful', /rose over the hold/],
    ['falling', (second: number) => 80 - second, 'doubtful', /fell over the hold/],
    ['rising by a little', (second: number) => 100 + second / 10, 'ok', /hardly drifted/],
  ] as const)('%s', (_, ms, result, text) => {
    const check = of(trustChecks(hold, summaryOf(hold, requestsBySecond(30, 50, ms))), 'stationary')
    expect(check).toMatchObject({ result, text: expect.stringMatching(text) })
  })

  it('that is short is not judged, and a ramp is no hold', () => {
    const short = planOf([open(50, 50, 5000)])
    const summary = summaryOf(
      short,
      requestsBySecond(5, 50, () => 20),
    )
    expect(of(trustChecks(short, summary), 'stationary')).toMatchObject({ result: 'unknown', figure: 5 })
    const second = requestsBySecond(1, 50, () => 1)
    expect(of(trustChecks(short, summaryOf(short, second)), 'stationary')?.text).toMatch(/: 1 interval with answers,/)
    const ramp = planOf([open(10, 90, 30_000)])
    expect(
      of(
        trustChecks(
          ramp,
          summaryOf(
            ramp,
            requestsBySecond(30, 50, () => 20),
          ),
        ),
        'stationary',
      ),
    ).toBeUndefined()
  })

  it('of closed users begins where their ramp ends', () => {
    const users = planOf([closed(0, 10, 10_000, 30_000)])
    const rising = requestsBySecond(30, 50, second => (second < 10 ? 5 + 2 * second : 25))
    expect(of(trustChecks(users, summaryOf(users, rising)), 'stationary')?.result).toBe('ok')
  })

  it.each([
    [[1, 2, 3, 4, 5], 2.2, 1.333],
    [[5, 4, 3, 2, 1], -2.2, -1.333],
    [[3, 3, 3, 3, 3], 0, 0],
  ] as const)('trend of %j', (values, z, change) => {
    // S = 10, variance 5 * 4 * 15 / 18, less one for continuity: 9 / 4.082.
    expect(trendOf(values).z).toBeCloseTo(z, 1)
    expect(trendOf(values).change).toBeCloseTo(change, 3)
  })
})

describe('samples', () => {
  it.each([
    ['p95 < 1s', 100, 'ok', 72],
    ['p99 < 1s', 200, 'doubtful', 368],
    ['p99 < 1s', 1000, 'ok', 368],
    ['p99.9 < 1s', 3000, 'doubtful', 3688],
  ])('%s of %i', (text, count, result, limit) => {
    const wanted = planOf([open(100, 100, 30_000)], [text])
    const check = of(
      trustChecks(
        wanted,
        summaryOf(
          wanted,
          requestsBySecond(10, count / 10, () => 20),
        ),
      ),
      'samples',
    )
    expect(check).toMatchObject({ result, figure: count, limit })
  })

  it('of the percentile that has the fewest for what it needs', () => {
    const wanted = planOf([open(100, 100, 30_000)], ['p95 < 1s', 'p99 < 1s', 'errors < 1%'])
    const checks = trustChecks(
      wanted,
      summaryOf(
        wanted,
        requestsBySecond(10, 20, () => 20),
      ),
    )
    expect(of(checks, 'samples')?.text).toBe('200 samples for p99: 368 would bound it with 95 % confidence')
  })
})

describe('the limit was the generator', () => {
  const text = 'p95 < 1s'
  const opened = planOf([open(100, 100, 10_000)], [text])
  const fine = requestsBySecond(10, 100, () => 50)
  const late = { starts: 900, seconds: 5, gcShare: 0.02, loopLagMaxMs: 450 }

  it.each([
    [
      'CPU',
      { cpuShare: 0.5, late: { ...late, cpuShare: 0.98 } },
      40,
      /with 98 % of a core in use; use more --generators/,
    ],
    ['memory', { cpuShare: 0.5, late: { ...late, gcShare: 0.4 } }, 40, /40 % of the time in garbage.*more memory/],
    ['cores', { cpuShare: 0.5, late: { ...late, waitShare: 0.6 } }, 400, /without a core for 60 % of the time; keep/],
    ['its loop', { cpuShare: 0.5, late }, 400, /50 % of a core in use, held up for 450 ms at a time/],
  ] as const)('%s', (_, change, lateMs, reason) => {
    const verdict = judge(opened, summaryOf(opened, fine, { generators: [health({ ...change, lateMs })] }))
    expect(verdict.result).toBe('inconclusive')
    expect(headline({ verdict })).toMatch(reason)
    expect(verdict.findings[0]?.kind).toBe('generator limited')
  })

  it('is not, where starts were as little late for no known reason', () => {
    const summary = summaryOf(opened, fine, { generators: [health({ cpuShare: 0.5, late, lateMs: 40 })] })
    expect(generatorLimit(summary)).toBeUndefined()
  })

  const users = planOf([closed(10, 10, 0, 10_000)], [text])
  const busySeconds = (count: number, cpuShare: number) => (measurements: Measurements) => {
    fine(measurements)
    const rest = { loopLagMaxUs: 0, gcUs: 0, gcMaxUs: 0, connections: 10, lateStarts: 0 }
    for (let second = 1; second <= 10; second++) {
      measurements.health.sample(second * 1e6 - 5e5, { ...rest, cpuShare: second <= count ? cpuShare : 0.2 })
    }
  }
  it.each([
    [6, 0.97, 'inconclusive'],
    [5, 0.97, 'pass'],
    [10, 0.94, 'pass'],
  ])('closed users, %i s of 10 with %d of a core: %s', (seconds, share, result) => {
    const generators = [health({ cpuShare: 0.96 })]
    const verdict = judge(users, summaryOf(users, busySeconds(seconds, share), { generators }))
    expect(verdict.result).toBe(result)
    if (result !== 'pass')
      expect(headline({ verdict })).toMatch(/a generator's core was used up \(96 %\).*--generators/)
  })

  it.each([
    [900, 50, 10, 'inconclusive'],
    [900, 600, 10, 'pass'],
    [900, 50, 9, 'pass'],
  ])('a pool: %i ms, of which %i ms from the send, with %i of 10 connections: %s', (ms, sent, most, result) => {
    const pooled = planOf([open(100, 100, 10_000)], [text], 10)
    const record = (measurements: Measurements) => {
      for (let i = 0; i < 1000; i++) {
        const intendedUs = i * 10_000
        measurements.started(0, 0, intendedUs)
        const endUs = intendedUs + ms * 1000
        measurements.request(sample({ phase: 0, intendedUs, endUs, sentUs: endUs - sent * 1000 }))
      }
    }
    const verdict = judge(pooled, summaryOf(pooled, record, { generators: [health({ connectionsMax: most })] }))
    expect(verdict.result).toBe(result)
    if (result !== 'pass') expect(headline({ verdict })).toMatch(/one of the 10 pooled connections.*larger pool/)
  })

  it.each([
    ['EMFILE', /file descriptors: EMFILE, 3 times; raise the limit/],
    ['EADDRNOTAVAIL', /local ports: EADDRNOTAVAIL, 3 times; .*http.localAddress/],
    ['ENOBUFS', /memory for sockets: ENOBUFS, 3 times; use fewer connections/],
  ])('%s', (kind, reason) => {
    const verdict = judge(opened, summaryOf(opened, fine, { generators: [health({ faults: [{ kind, count: 3 }] })] }))
    expect(headline({ verdict })).toMatch(reason)
  })
})

describe('a generator without a core', () => {
  const late = { starts: 900, seconds: 5, gcShare: 0, loopLagMaxMs: 45, waitShare: 0.5 }
  const generators = [health({ cpuShare: 0.3, late, lateMs: 40 })]

  it.each([
    // Sent 40 ms late at most: by then each had waited for longer than the limit.
    [30_000, 'fail'],
    [220, 'inconclusive'],
  ] as const)('excuses no request that had waited for %i ms: %s', (waitedMs, result) => {
    const wanted = planOf([open(100, 100, 10_000)], ['p95 < 200ms'])
    const record = (measurements: Measurements) => {
      for (let i = 0; i < 1000; i++) {
        const cutOff = i % 10 === 0
        const [intendedUs, sentUs] = [i * 10_000, i * 10_000 + 40_000]
        const endUs = cutOff ? intendedUs + waitedMs * 1000 : sentUs + 60_000
        measurements.started(0, 40_000, intendedUs)
        measurements.request(
          sample({ phase: 0, intendedUs, sentUs, endUs, ...(cutOff && { outcome: 'interrupted' as const }) }),
        )
      }
    }
    const verdict = judge(wanted, summaryOf(wanted, record, { generators }))
    expect(verdict.thresholds[0]?.result, verdict.thresholds[0]?.reason).toBe(result)
  })

  it.each([
    // Sent 40 ms late and answered in 60: the limit is broken by the delay alone.
    ['p95 < 90ms', 40, 'inconclusive'],
    // Late or not, the target takes longer.
    ['p95 < 50ms', 40, 'fail'],
    ['p95 < 200ms', 40, 'pass'],
    ['service p95 < 50ms', 40, 'fail'],
    ['errors > 1%', 40, 'fail'],
  ] as const)('%s: %s', (text, delayMs, result) => {
    const wanted = planOf([open(100, 100, 10_000)], [text])
    const record = (measurements: Measurements) => {
      for (let i = 0; i < 1000; i++) {
        const intendedUs = i * 10_000
        const sentUs = intendedUs + delayMs * 1000
        measurements.started(0, delayMs * 1000, intendedUs)
        measurements.request(sample({ phase: 0, intendedUs, sentUs, endUs: sentUs + 60_000 }))
      }
    }
    const verdict = judge(wanted, summaryOf(wanted, record, { generators }))
    expect(verdict.thresholds[0]?.result).toBe(result)
    if (result === 'inconclusive') expect(headline({ verdict })).toMatch(/keeps the limit.*without a core for 50 %/)
  })
})
