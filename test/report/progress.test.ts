import { fc, test as property } from '@fast-check/vitest'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { LiveFigures } from '../../lib/measure/snapshot.ts'
import { progressEvents } from '../../lib/report/progress-event.ts'
import { type ProgressHistory, recentFailures, recentRates, remembered } from '../../lib/report/progress-history.ts'
import { progressPhase } from '../../lib/report/progress-phase.ts'
import { progressLines, progressPlainLine, progressView } from '../../lib/report/progress-view.ts'
import { columnSpans, sparkline } from '../../lib/report/sparkline.ts'
import { closed, flow, get, open, plan, track } from '../plan/fixture.ts'
import { failingReport, HOSTILE } from './sample-report.ts'

const live = (atMs: number, more: Partial<LiveFigures> = {}): LiveFigures => ({
  atMs,
  shards: 2,
  users: 100,
  requests: atMs / 5,
  failures: Math.max(0, Math.floor((atMs - 30_000) / 500)),
  ratePerSecond: 200 + (atMs % 7000) / 100,
  p50Ms: 120,
  p95Ms: 389.2,
  started: 100,
  missed: 0,
  interrupted: 0,
  bytesSent: 0,
  bytesReceived: 0,
  errors: [['status 503', 23]],
  abort: [],
  ...more,
})

const phases = [
  closed(0, 100, 20_000, 20_000, { name: 'warm-up', warmup: true }),
  closed(100, 100, 0, 60_000, { name: 'steady' }),
]
const thePlan = plan({ tracks: [track(phases, { main: 1 })], flows: [flow('main', [get('/')])] })

describe('the phase', () => {
  test.each([
    [-500, 'starting', 500],
    [0, 'warm-up', 20_000],
    [19_999, 'warm-up', 1],
    [20_000, 'steady', 60_000],
    [80_000, 'draining', 30_000],
    [200_000, 'draining', 0],
  ])('at %s ms is %s with %s ms left', (atMs, label, leftMs) =>
    expect(progressPhase(thePlan, atMs)).toMatchObject({ label, leftMs }),
  )

  test('tracks that run side by side are all named', () => {
    const two = plan({
      tracks: [
        track(phases, { main: 1 }),
        track([open(1, 1, 80_000, { name: 'health' })], { health: 1 }, { name: 'health' }),
      ],
      flows: [flow('main', [get('/')]), flow('health', [get('/h')])],
    })
    expect(progressPhase(two, 30_000).label).toBe('steady + health')
  })
})

describe('on a terminal', () => {
  const view = progressView(thePlan, { width: 80, colour: false })
  let lines: string[] = []
  for (let atMs = 0; atMs <= 42_000; atMs += 500) lines = view.lines(live(atMs))

  test('shows the course of the last minute', async () => {
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/progress.txt')
  })

  test('without a history there is no curve', () =>
    expect(progressLines(live(1000), thePlan, { width: 80, colour: false })).toHaveLength(3))

  property.prop([
    fc.integer({ min: 40, max: 200 }),
    fc.integer({ min: -5000, max: 200_000 }),
    fc.nat(1e12),
    fc.string(),
  ])('no line is wider than asked, and no text of an answer is acted upon', (width, atMs, requests, kind) => {
    const figures = live(atMs, {
      requests,
      failures: requests,
      errors: [
        [kind, 1],
        [HOSTILE, 2],
      ],
      missed: 3,
    })
    const history = remembered(remembered([], live(atMs - 1000, { failures: 0 })), figures)
    for (const line of progressLines(figures, thePlan, { width, colour: false, history })) {
      expect(stringWidth(line)).toBeLessThanOrEqual(width)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    }
  })

  test('in colour nothing but colour is added', () => {
    const options = { width: 80, history: remembered([], live(1000)) }
    const plain = progressLines(live(2000), thePlan, { ...options, colour: false })
    const coloured = progressLines(live(2000), thePlan, { ...options, colour: true })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences are what is looked for
    expect(coloured.map(line => line.replace(/\u001b\[\d+m/g, ''))).toEqual(plain)
  })
})

test('in a log', () => {
  expect(progressPlainLine(live(42_000), thePlan)).toBe(
    '42 s of 1 m 20 s, steady: 100 users, 200/s, 8,400 requests, 24 failures (0.29 %), p95 389 ms',
  )
  expect(progressPlainLine(live(0, { requests: 0, p95Ms: Number.NaN }), thePlan)).not.toContain('NaN')
})

describe('the history', () => {
  test('holds one point a second, of the last minute', () => {
    let history: ProgressHistory = []
    for (let atMs = 0; atMs < 100_000; atMs += 250) history = remembered(history, live(atMs))
    expect(history.map(one => one.second)).toEqual(Array.from({ length: 60 }, (_, at) => 40 + at))
    expect(recentRates(history, 3)).toEqual(history.slice(-3).map(one => one.ratePerSecond))
    expect(recentFailures(history, 3)).toEqual([2, 2, 2])
  })

  test('what was not seen is missing, not zero', () => {
    const history = remembered(remembered([], live(1000)), live(4000))
    expect(recentRates(history, 5)).toEqual([
      undefined,
      live(1000).ratePerSecond,
      undefined,
      undefined,
      live(4000).ratePerSecond,
    ])
  })
})

describe('the first figures', () => {
  const first = live(560, { users: 1, requests: 28, failures: 1, ratePerSecond: 0, errors: [] })
  const second = live(1060, { users: 2, requests: 1, failures: 0, ratePerSecond: 28, errors: [] })

  test('have no rate before a second has passed, and one user is no users', () => {
    const plain = progressPlainLine(first, thePlan)
    expect(plain).toBe('0 s of 1 m 20 s, warm-up: 1 user, 28 requests, 1 failure (3.6 %), p95 389 ms')
    expect(progressPlainLine(second, thePlan)).toContain('2 users, 28.0/s, 1 request, 0 failures')
    const [, figures] = progressLines(first, thePlan, { width: 80, colour: false })
    expect(figures).toMatch(/^ {2}1 user, –, 28 requests, 1 failure \(/)
  })
})

describe('events', () => {
  const events = progressEvents()
  const told = [
    ...events.plan(thePlan),
    ...events.live(live(500)),
    ...events.live(live(1000)),
    ...events.warning('late'),
    ...events.live(live(21_000)),
    ...events.end(failingReport),
  ]

  test('come in order, each with its version and instant, the report last', () => {
    expect(told.map(one => one.event)).toEqual([
      ...['plan', 'start', 'phase', 'progress', 'progress', 'warning', 'phase', 'progress'],
      ...failingReport.verdict.thresholds.map(() => 'threshold'),
      ...['end', 'report'],
    ])
    for (const one of told) expect(one).toMatchObject({ v: 1, atMs: expect.any(Number) })
    expect(told.map(one => one.atMs)).toEqual(told.map(one => one.atMs).toSorted((a, b) => a - b))
  })

  test('progress holds figures only', () =>
    expect(told.find(one => one.event === 'progress')).not.toHaveProperty('abort'))
})

describe('curves', () => {
  test.each([
    [[0, 1, 2, 4, 8], '▁▁▂▄█'],
    [[0, 0, 0], '▁▁▁'],
    [[undefined, 5, Number.NaN], ' █ '],
    [[], ''],
  ])('%j is %s', (values, bars) => expect(sparkline(values)).toBe(bars))

  test('zero can be blank', () => expect(sparkline([0, 1], { zeroBlank: true })).toBe(' █'))

  property.prop([fc.integer({ min: 1, max: 800 }), fc.integer({ min: 1, max: 120 })])(
    'columns cover all intervals in order',
    (count, width) => {
      const spans = columnSpans(count, width)
      expect(spans).toHaveLength(width)
      const seen = new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)))
      expect([...seen].toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at))
    },
  )
})
