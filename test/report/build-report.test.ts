import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../lib/judge/verdict.ts'
import type { GeneratorHealth } from '../../lib/measure/generator-health.ts'
import { Histogram } from '../../lib/measure/histogram.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { percentileInterval95 } from '../../lib/measure/percentile-interval.ts'
import { observedPercentile } from '../../lib/measure/percentile-rank.ts'
import type { RequestSample } from '../../lib/measure/request-sample.ts'
import type { Summary } from '../../lib/measure/summary.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { buildReport } from '../../lib/report/build-report.ts'
import { timelineColumns } from '../../lib/report/html/timeline-columns.ts'
import { renderHtml } from '../../lib/report/html.ts'
import { renderJson } from '../../lib/report/json.ts'
import { renderJunit } from '../../lib/report/junit.ts'
import { renderMarkdown } from '../../lib/report/markdown.ts'
import { offeredRate } from '../../lib/report/offered-rate.ts'
import { latencyFigures } from '../../lib/report/report-figures.ts'
import { renderTerminal } from '../../lib/report/terminal-report.ts'
import { closed, flow, get, iterations, open, pause, plan, track } from '../plan/fixture.ts'

const verdict: Verdict = { result: 'pass', reasons: [], thresholds: [], findings: [] }
const run = {
  version: '0.1.0',
  command: 'squall run x.yml',
  createdAt: '2025-11-08T16:55:00.000Z',
  endedAtMs: Date.UTC(2025, 10, 8, 17),
}

const health = (shard: number, more: Partial<GeneratorHealth> = {}): GeneratorHealth => ({
  leg: 0,
  shard,
  state: 'finished',
  connectionsMax: 1,
  lateness: new Histogram(),
  dispatcher: 'undici',
  startedAtMs: Date.UTC(2025, 10, 8, 16, 55, 2),
  ...more,
})

/** A successful answer; what a test is about is changed. */
const sample = (more: Partial<RequestSample>): RequestSample => {
  const intendedUs = more.intendedUs ?? 0
  return {
    phase: 0,
    request: 0,
    intendedUs,
    sentUs: intendedUs,
    endUs: intendedUs + 10_000,
    connectUs: -1,
    tlsUs: -1,
    firstByteUs: 8_000,
    status: 200,
    outcome: 'success',
    hasLatency: true,
    errorKind: '',
    errorSample: '',
    bytesSent: 10,
    bytesReceived: 100,
    ...more,
  }
}

function reportOf(of: Plan, measure: (measurements: Measurements) => void, more: Partial<Summary> = {}) {
  const measurements = new Measurements(of)
  measure(measurements)
  const summary: Summary = {
    schema: 'squall.summary.v2',
    runId: of.runId,
    measurements,
    generators: [health(0)],
    lost: [],
    ...more,
  }
  return buildReport({ plan: of, summary, verdict, run })
}

/** Warm-up of 1 s, 4 s of open load at 10/s, a pause of 1 s, 2 s more. */
const phases = [
  open(10, 10, 1000, { warmup: true, name: 'warm' }),
  open(10, 10, 4000, { name: 'a' }),
  pause(1000),
  open(10, 10, 2000, { name: 'b' }),
]
const flows = [flow('main', [get('/one'), get('/two')])]
const thePlan = plan({ tracks: [track(phases, { main: 1 })], flows })

describe('what is counted where', () => {
  const report = reportOf(thePlan, measurements => {
    for (let i = 0; i < 10; i++) measurements.request(sample({ phase: 0, intendedUs: i * 100_000 }))
    for (let i = 0; i < 40; i++)
      measurements.request(sample({ phase: 1, intendedUs: 1e6 + i * 100_000, request: i % 2 }))
    for (let i = 0; i < 20; i++)
      measurements.request(
        sample({
          phase: 3,
          intendedUs: 6e6 + i * 90_000,
          outcome: i < 5 ? 'failure' : 'success',
          status: i < 5 ? 503 : 200,
          errorKind: i < 5 ? 'status 503' : '',
          errorSample: i < 5 ? 'busy' : '',
        }),
      )
    for (let i = 0; i < 60; i++) measurements.started(i < 40 ? 1 : 3, 50)
    measurements.missed(1, 2e6, 'maxUsers', 3)
    measurements.iteration(0, 1, 1e6, 1.5e6, false)
  })

  test('totals are those of judged phases', () => {
    expect([report.total.count, report.total.failures, report.total.failureRate]).toEqual([60, 5, 0.0833333])
    expect(report.total.statuses).toEqual({ 200: 55, 503: 5 })
    expect(report.run.judgedMs).toBe(6000)
    expect(report.total.ratePerSecond).toBe(10)
    expect(report.warmup?.count).toBe(10)
    expect(report.requests.map(one => [one.name, one.count])).toEqual([
      ['GET /one', 40],
      ['GET /two', 20],
    ])
    expect(report.total.errors).toEqual([{ kind: 'status 503', count: 5, firstMs: 6010, lastMs: 6370, sample: 'busy' }])
  })

  test('phases are shown with what they did, the empty drain is not', () => {
    expect(report.phases.map(one => [one.name, one.kind, one.total.count])).toEqual([
      ['warm', 'open', 10],
      ['a', 'open', 40],
      ['pause', 'pause', 0],
      ['b', 'open', 20],
    ])
    expect(report.phases[1]?.total.ratePerSecond).toBe(10)
    expect(report.phases[2]?.total).not.toHaveProperty('ratePerSecond')
  })

  test('arrivals of judged phases: planned, started, missed by cause', () => {
    expect(report.arrivals).toMatchObject({ planned: 60, started: 60, missed: 3, missedBy: { maxUsers: 3 } })
    expect(report.arrivals.missedBy).toEqual({ maxUsers: 3 })
  })

  test('of a thousand names the hundred most frequent are followed over time', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => get(`/${i}`))
    const many = plan({ flows: [flow('main', steps)], tracks: [track([closed(1, 1, 0, 10_000)], { main: 1 })] })
    const report = reportOf(many, measurements => {
      for (let i = 0; i < 3000; i++) measurements.request(sample({ request: i < 2000 ? i % 1000 : 500 + (i % 100) }))
    })
    const names = report.intervals.flatMap(one => one.requests ?? []).map(one => one.name)
    expect(names.toSorted()).toEqual(Array.from({ length: 100 }, (_, i) => `GET /${500 + i}`).toSorted())
    expect(report.requests.length).toBe(1000)
    expect(report.intervals[0]?.count).toBe(3000)
  })

  test('intervals have no holes, and say what was offered in open phases only', () => {
    const every = thePlan.intervalMs
    expect(report.intervals.map(one => one.startMs)).toEqual(report.intervals.map((_, at) => at * every))
    expect(report.intervals.reduce((sum, one) => sum + one.count, 0)).toBe(70)
    expect(report.intervals.filter(one => one.startMs < 8000).reduce((sum, one) => sum + (one.offered ?? 0), 0)).toBe(
      70,
    )
    expect(report.intervals.find(one => one.startMs === 5000)).not.toHaveProperty('offered')
  })

  test('the start is the generators own', () => expect(report.run.startedAt).toBe('2025-11-08T16:55:02.000Z'))

  test('it renders', () => {
    expect(renderTerminal(report)).toContain('10.0/s iterations started of 10.0/s offered')
    expect(JSON.parse(renderJson(report))).toEqual(report)
  })
})

test('what was not measured is absent, never zero', () => {
  const report = reportOf(thePlan, () => {}, { generators: [] })
  expect(report.total).not.toHaveProperty('failureRate')
  expect(report.total).not.toHaveProperty('ratePerSecond')
  expect(report.total.responseTimeMs).toEqual({ samples: 0 })
  expect(report.total).not.toHaveProperty('connectMs')
  expect(report.distribution).toEqual([])
  expect(report.generators).toEqual([{ shard: 0, latenessMs: { samples: 0 }, connectionsMax: 0, state: 'lost' }])
  expect(report.run.startedAt).toBe(run.createdAt)
})

describe('the drain', () => {
  const of = plan({ tracks: [track([closed(2, 2, 0, 10_000)], { main: 1 })], flows })
  const drain = of.phases.length - 1
  const cutOff = (measurements: Measurements) => {
    measurements.request(sample({ endUs: 9_000_000 }))
    measurements.request(
      sample({ intendedUs: 9_000_000, endUs: 10_000_000 + of.drainMs * 1000, outcome: 'interrupted' }),
    )
  }

  test('counts for the length of the run when nothing ended in it', () => {
    const endedAtMs = 10_000 + of.drainMs
    const ended = [health(0, { endedAtMs: 9000 }), health(1, { endedAtMs })]
    expect(reportOf(of, cutOff, { generators: ended }).run.durationMs).toBe(endedAtMs)
    // Of older artifacts nobody knows more than when the last request ended.
    expect(reportOf(of, cutOff).run.durationMs).toBe(10_000)
  })

  test('is as long as it took, not as long as it might', () => {
    const late = (measurements: Measurements) => {
      measurements.request(sample({ phase: drain, intendedUs: 10_100_000, endUs: 10_700_000 }))
    }
    const { run, phases } = reportOf(of, late, { generators: [health(0, { endedAtMs: 10_700.5 })] })
    expect(run.durationMs).toBe(10_700.5)
    expect(phases.at(-1)).toMatchObject({ name: 'drain', startMs: 10_000, durationMs: 700.5 })
    expect(phases.at(-1)).not.toHaveProperty('plannedMs')
  })
})

test('a fixed number of iterations takes as long as it took, not as long as it might', () => {
  const of = plan({ tracks: [track([iterations(20, 2)], { main: 1 })], flows })
  const report = reportOf(of, measurements => {
    for (let i = 0; i < 20; i++) measurements.request(sample({ intendedUs: i * 100_000, endUs: (i + 1) * 100_000 }))
  })
  expect([report.run.judgedMs, report.total.ratePerSecond]).toEqual([2000, 10])
  expect(report.phases[0]?.durationMs).toBe(2000)
})

test('a run that was stopped is as long as it ran', () => {
  const report = reportOf(
    plan({ tracks: [track([closed(5, 5, 0, 60_000)], { main: 1 })], flows }),
    measurements => {
      for (let i = 0; i < 50; i++) measurements.request(sample({ intendedUs: i * 100_000 }))
    },
    { generators: [health(0, { stoppedAtMs: 5000, state: 'aborted' })] },
  )
  expect([report.run.judgedMs, report.total.ratePerSecond, report.generators[0]?.state]).toEqual([5000, 10, 'aborted'])
  expect(report.arrivals).not.toHaveProperty('planned')
})

describe('a run of several phases that was stopped in the second', () => {
  const of = plan({
    tracks: [
      track([open(10, 10, 2000, { warmup: true }), open(10, 10, 20_000), pause(1000), open(20, 20, 20_000)], {
        main: 1,
      }),
    ],
    flows,
  })
  const stoppedBy = (generators: readonly GeneratorHealth[]) =>
    reportOf(
      of,
      measurements => {
        for (let i = 0; i < 50; i++)
          measurements.request(sample({ phase: i < 20 ? 0 : 1, intendedUs: i * 100_000, endUs: (i + 2) * 100_000 }))
        for (let i = 0; i < 30; i++) measurements.started(1, 50)
      },
      { generators },
    )

  test.each([
    ['its generator', [health(0, { stoppedAtMs: 5000, state: 'aborted' })]],
    ['the generator of its second leg', [health(0), health(0, { leg: 1, stoppedAtMs: 5000, state: 'aborted' })]],
  ])('is as long as it ran, and so are its phases, by %s', (_, generators) => {
    const report = stoppedBy(generators)
    // The last answer came 100 ms after the stop.
    expect([report.run.durationMs, report.run.judgedMs]).toEqual([5100, 3000])
    expect(report.phases.map(one => [one.startMs, one.durationMs, one.plannedMs])).toEqual([
      [0, 2000, undefined],
      [2000, 3000, 20_000],
      [22_000, 0, 1000],
      [23_000, 0, 20_000],
    ])
    expect(report.intervals.length).toBe(Math.ceil(5100 / of.intervalMs))
    expect(timelineColumns(report).endMs).toBeLessThanOrEqual(5100 + of.intervalMs)
    expect(timelineColumns(report).phases.map(one => one.endMs)).toEqual([2000, 5000])
  })

  test('started at the rate that it was offered until then', () => {
    const rate = offeredRate(stoppedBy([health(0, { stoppedAtMs: 5000, state: 'aborted' })]))
    expect(rate).toEqual({ offeredPerSecond: 15, startedPerSecond: 10 })
  })

  test.each([
    ['terminal', renderTerminal],
    ['markdown', renderMarkdown],
    ['html', renderHtml],
    ['junit', renderJunit],
  ] as const)('says its own length in %s', (_, render) => {
    const text = render(stoppedBy([health(0, { stoppedAtMs: 5000, state: 'aborted' })]))
    expect(text).toMatch(/\b5\.1[\s\u202f]s\b|time="5\.1/)
    expect(text).not.toMatch(/\b(22|23|43)[\s\u202f]s, of which/)
  })
})

test('one line a shard: legs together, the worst of them', () => {
  const of = plan({ tracks: [track(phases, { main: 1 })], flows }, { shardCount: 2 })
  const report = reportOf(of, () => {}, {
    generators: [
      health(0, { cpuShare: 0.4, startSkewMs: -3, startSkewBoundMs: 20 }),
      health(0, { leg: 1, cpuShare: 0.2, startSkewMs: 1, startSkewBoundMs: 40, state: 'lease lost' }),
    ],
    lost: [{ leg: 0, shard: 1, share: 0.5, cause: 'no result' }],
  })
  expect(report.generators).toMatchObject([
    { shard: 0, cpuShare: 0.4, startSkewMs: -3, startSkewBoundMs: 20, state: 'lease lost' },
    { shard: 1, state: 'lost' },
  ])
})

const lengthsUs = fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1, maxLength: 400 })

property.prop([lengthsUs], { numRuns: 40 })(
  'percentiles are those of the samples, to within one part in 1,000',
  lengths => {
    const report = reportOf(thePlan, measurements => {
      for (const length of lengths) measurements.request(sample({ phase: 1, intendedUs: 1e6, endUs: 1e6 + length }))
    })
    const sorted = lengths.toSorted((a, b) => a - b)
    const figures = report.total.responseTimeMs
    expect(figures.samples).toBe(lengths.length)
    expect(figures.min).toBe((sorted[0] ?? 0) / 1000)
    expect(figures.max).toBe((sorted.at(-1) ?? 0) / 1000)
    for (const [name, p] of [
      ['p50', 50],
      ['p90', 90],
      ['p95', 95],
      ['p99', 99],
    ] as const) {
      const shown = figures[name]
      expect(shown !== undefined).toBe(lengths.length >= Math.round(100 / (100 - p)))
      if (shown === undefined) continue
      const true_ = (sorted[Math.ceil((p * lengths.length) / 100) - 1] ?? 0) / 1000
      expect(Math.abs(shown - true_)).toBeLessThanOrEqual(true_ / 1000 + 0.001)
      const interval = figures.ci95?.[name]
      if (interval !== undefined) expect(interval[0] <= shown && shown <= interval[1]).toBe(true)
    }
    const counted = report.distribution.reduce((sum, band) => sum + band.successes, 0)
    expect(counted).toBe(lengths.length)
    for (const [at, band] of report.distribution.entries()) {
      expect(band.toMs).toBeGreaterThan(band.fromMs)
      if (at > 0) expect(band.fromMs).toBe(report.distribution[at - 1]?.toMs)
    }
  },
)

property.prop([lengthsUs], { numRuns: 40 })('percentiles are the very ones that the histogram gives', lengths => {
  const histogram = new Histogram()
  for (const length of lengths) histogram.record(length)
  const figures = latencyFigures(histogram)
  for (const [name, p] of [
    ['p50', 50],
    ['p66', 66],
    ['p98', 98],
    ['p99', 99],
  ] as const) {
    const us = observedPercentile(histogram, p)
    expect(figures[name]).toBe(us === undefined ? undefined : us / 1000)
    const { lowUs, highUs } = percentileInterval95(histogram, p)
    const both = us !== undefined && lowUs !== undefined && highUs !== undefined
    expect(figures.ci95?.[name]).toEqual(both ? [lowUs / 1000, highUs / 1000] : undefined)
  }
})
