import type { VerdictResult } from '../../lib/judge/verdict.ts'
import type { ErrorFigures, LatencyFigures, Report, ReportFigures, ThresholdResult } from '../../lib/report/report.ts'

const NAMES = ['p50', 'p66', 'p75', 'p80', 'p90', 'p95', 'p98', 'p99', 'p99.9', 'p99.99'] as const
const SHAPE = [1, 1.4, 1.65, 1.75, 1.95, 2.1, 2.2, 2.45, 3.1, 3.6]
const LEAST_SAMPLES = [2, 3, 4, 5, 10, 20, 50, 100, 1_000, 10_000]

const round = (value: number) => Math.round(value * 1000) / 1000

/** A latency whose percentiles hang on its median; percentiles that so few samples cannot show are absent. */
export function latency(samples: number, medianMs: number): LatencyFigures {
  if (samples === 0) return { samples }
  const observed = NAMES.flatMap((name, at) =>
    samples >= (LEAST_SAMPLES[at] ?? 0) ? [[name, round(medianMs * (SHAPE[at] ?? 1))] as const] : [],
  )
  return {
    samples,
    min: round(medianMs * 0.12),
    mean: round(medianMs * 1.1),
    stddev: round(medianMs * 0.45),
    ...Object.fromEntries(observed),
    max: round(medianMs * 4.1),
    ci95: Object.fromEntries(observed.map(([name, value]) => [name, [round(value * 0.97), round(value * 1.04)]])),
  }
}

type Sketch = {
  readonly count: number
  readonly medianMs: number
  readonly errors?: readonly ErrorFigures[]
  readonly checks?: ReportFigures['checks']
  readonly seconds?: number
  readonly retried?: number
}

/** Figures from a few numbers. The errors make the failures; those with a status have a latency. */
export function figures(sketch: Sketch): ReportFigures {
  const errors = sketch.errors ?? []
  const failures = errors.reduce((sum, error) => sum + error.count, 0)
  const answered = errors.filter(error => !error.kind.startsWith('E')).reduce((sum, error) => sum + error.count, 0)
  const successes = sketch.count - failures
  const statuses: Record<string, number> = {}
  if (successes > 0) statuses['200'] = successes
  for (const { kind, count } of errors) {
    const status = /^status (\d+)$/.exec(kind)?.[1]
    if (status !== undefined) statuses[status] = (statuses[status] ?? 0) + count
  }
  const all = latency(successes + answered, sketch.medianMs)
  return {
    count: sketch.count,
    failures,
    ...(sketch.count === 0 ? {} : { failureRate: failures / sketch.count }),
    ...(sketch.count === 0 ? {} : { ratePerSecond: (successes + answered) / (sketch.seconds ?? 60) }),
    retried: sketch.retried ?? 0,
    statuses,
    errors,
    checks: sketch.checks ?? {},
    responseTimeMs: all,
    successTimeMs: latency(successes, sketch.medianMs * 0.9),
    failedTimeMs: latency(answered, sketch.medianMs * 1.6),
    serviceTimeMs: latency(successes + answered, sketch.medianMs * 0.8),
    ...(sketch.count === 0 ? {} : { connectMs: latency(Math.min(100, sketch.count), 1.24) }),
    firstByteMs: latency(successes + answered, sketch.medianMs * 0.7),
    bytesReceived: sketch.count * 1_840,
    bytesSent: sketch.count * 212,
  }
}

const error = (kind: string, count: number, firstMs: number, lastMs: number, sample: string): ErrorFigures => ({
  kind,
  count,
  firstMs,
  lastMs,
  sample,
})

type Judged = Pick<ThresholdResult, 'text' | 'metric' | 'operator' | 'limit' | 'unit' | 'result'> &
  Partial<ThresholdResult>

const threshold = (judged: Judged): ThresholdResult => ({
  scope: 'all',
  samples: 12_579,
  default: false,
  reason: '',
  ...judged,
})

const RUN: Report['run'] = {
  id: '20251108-165502-7f3a',
  scenario: 'checkout',
  scenarioHash: 'sha256:9b1c4e0d',
  version: '0.1.0',
  command: 'squall run checkout.yml --users 100',
  environment: 'staging',
  labels: { team: 'payments' },
  target: 'http://127.0.0.1:8080',
  startedAt: '2025-11-08T16:55:02.114Z',
  endedAt: '2025-11-08T16:56:29.870Z',
  durationMs: 87_756,
  judgedMs: 60_000,
  intervalMs: 1000,
  generatorCount: 2,
  seed: 271_828,
  dispatcher: 'undici 8 over HTTP/1.1, one connection a user',
}

/** Seconds of a warm-up of 20 s and a minute of load in which the target falls over after 45 s. */
function intervals(): Report['intervals'] {
  return Array.from({ length: 80 }, (_, second) => {
    const users = second < 20 ? (second + 1) * 5 : 100
    const broken = second >= 45
    const count = broken ? 150 - (second % 7) * 6 : users * 2
    const failures = broken ? Math.round(count * 0.4) : second % 9 === 0 ? 1 : 0
    const p50 = broken ? 2_100 + (second % 5) * 180 : 120 + users
    return {
      startMs: second * 1000,
      users,
      count,
      failures,
      responseTimeMs: {
        p50,
        ...(count >= 20 ? { p95: p50 * 2.1 } : {}),
        ...(count >= 100 ? { p99: p50 * 2.4 } : {}),
        max: p50 * 4,
      },
      requests: [{ name: 'GET /health', count: Math.round(count / 4), failures: 0, meanMs: p50 / 3, maxMs: p50 }],
    }
  })
}

const REQUESTS: Report['requests'] = [
  {
    name: 'POST /register',
    ...figures({
      count: 2_915,
      medianMs: 3_100,
      errors: [
        error('status 500', 812, 45_112, 79_804, 'FATAL: sorry, too many clients already'),
        error('timeout (first byte)', 301, 51_006, 79_990, 'no answer within 10 s'),
      ],
      checks: { 'status is 201': { pass: 1_802, fail: 812 }, 'json $.id exists': { pass: 1_802, fail: 0 } },
    }),
  },
  {
    name: 'POST /login',
    ...figures({
      count: 2_430,
      medianMs: 1_100,
      errors: [error('status 401', 56, 46_200, 78_010, '{"detail":"invalid credentials"}')],
      retried: 12,
    }),
  },
  {
    name: 'GET /groups/{account.group}/members/{member.id}/permissions',
    ...figures({
      count: 3_640,
      medianMs: 550,
      errors: [
        error('check: time < 500ms', 1_406, 20_007, 79_950, '612 ms'),
        error('ECONNREFUSED', 44, 45_050, 45_990, 'connect ECONNREFUSED 127.0.0.1:8080'),
      ],
      checks: { 'time < 500ms': { pass: 2_190, fail: 1_406 } },
    }),
  },
  { name: 'GET /health', ...figures({ count: 3_549, medianMs: 14.2 }) },
  { name: 'DELETE /groups/{id}', ...figures({ count: 45, medianMs: 88 }) },
]

const ALL_ERRORS = REQUESTS.flatMap(request => request.errors).toSorted((a, b) => b.count - a.count)

/** A run that fails in several ways, and has something in every part of the report. */
export const failingReport: Report = {
  schema: 'squall.report.v1',
  run: RUN,
  verdict: {
    result: 'fail',
    reasons: ['success p95 is 6.42 s, 3.2 times the limit of 2 s', 'errors are 20.8 % of 12,579 requests, limit 1 %'],
    thresholds: [
      threshold({
        text: 'success p95 < 2s',
        metric: 'success p95',
        operator: '<',
        limit: 2000,
        actual: 6420.4,
        unit: 'ms',
        samples: 9_960,
        result: 'fail',
        reason: 'success p95 is 6.42 s, 3.2 times the limit of 2 s',
      }),
      threshold({
        text: 'errors < 1%',
        metric: 'errors',
        operator: '<',
        limit: 0.01,
        actual: 2619 / 12_579,
        unit: 'share',
        result: 'fail',
        default: true,
        reason: 'errors are 20.8 % of 12,579 requests, limit 1 %',
      }),
      threshold({
        text: 'GET /health: p99 < 400ms',
        scope: 'GET /health',
        metric: 'p99',
        operator: '<',
        limit: 400,
        actual: 34.79,
        unit: 'ms',
        samples: 3_549,
        result: 'pass',
        reason: 'p99 is 34.8 ms, limit 400 ms',
      }),
      threshold({
        text: 'DELETE /groups/{id}: p99 < 1s',
        scope: 'DELETE /groups/{id}',
        metric: 'p99',
        operator: '<',
        limit: 1000,
        unit: 'ms',
        samples: 45,
        result: 'inconclusive',
        reason: 'p99 was not observed: 45 samples, 100 are needed',
      }),
      threshold({
        text: 'throughput > 150/s',
        metric: 'throughput',
        operator: '>',
        limit: 150,
        actual: 203.2,
        unit: 'perSecond',
        result: 'pass',
        reason: 'throughput is 203/s, limit 150/s',
      }),
      threshold({
        text: 'GET /groups/{account.group}/members/{member.id}/permissions: p95 < 1s every 10s',
        scope: 'GET /groups/{account.group}/members/{member.id}/permissions',
        metric: 'p95',
        operator: '<',
        limit: 1000,
        actual: 1000.4,
        unit: 'ms',
        samples: 612,
        result: 'fail',
        reason: 'p95 is 1.0004 s in the window from 60 s, limit 1 s',
      }),
    ],
  },
  total: {
    ...figures({ count: 12_579, medianMs: 750, errors: ALL_ERRORS, retried: 12 }),
    successTimeMs: { ...latency(9_960, 3_057), p95: 6420.4, ci95: { p95: [6213.7, 6702.1] } },
  },
  warmup: figures({ count: 2_104, medianMs: 180 }),
  requests: REQUESTS,
  flows: [
    { name: 'browse', iterations: 1_204, failures: 402, durationMs: latency(1_204, 5_400) },
    { name: 'browse / search', iterations: 1_204, failures: 12, durationMs: latency(1_204, 2_400) },
    { name: 'member', iterations: 298, failures: 101, durationMs: latency(298, 9_120) },
    { name: 'health', iterations: 60, failures: 0, durationMs: latency(60, 14.2) },
  ],
  phases: [
    {
      name: 'warm-up',
      text: 'users 0 -> 100 for 20s',
      startMs: 0,
      durationMs: 20_000,
      model: 'closed',
      warmup: true,
      total: figures({ count: 2_104, medianMs: 180, seconds: 20 }),
      requests: [],
    },
    {
      name: 'steady',
      text: 'users 100 for 25s',
      startMs: 20_000,
      durationMs: 25_000,
      model: 'closed',
      warmup: false,
      total: figures({
        count: 5_003,
        medianMs: 220,
        seconds: 25,
        errors: [error('status 401', 3, 46_200, 78_010, '')],
      }),
      requests: [],
    },
    {
      name: '3',
      text: 'rate 50/s -> 500/s for 35s',
      startMs: 45_000,
      durationMs: 35_000,
      model: 'open',
      warmup: false,
      total: figures({ count: 7_576, medianMs: 2_400, seconds: 35, errors: ALL_ERRORS }),
      requests: [],
    },
  ],
  arrivals: {
    planned: 12_800,
    started: 12_672,
    interrupted: 41,
    missed: 128,
    missedBy: { maxUsers: 120, late: 8 },
    latenessMs: latency(12_672, 0.12),
  },
  interrupted: 37,
  lost: [{ leg: 0, shard: 2, share: 0.3333, cause: 'the worker ended with exit code 134 (out of memory)' }],
  intervals: intervals(),
  distribution: Array.from({ length: 24 }, (_, band) => ({
    fromMs: round(10 ** (band / 6)),
    toMs: round(10 ** ((band + 1) / 6)),
    successes: Math.max(0, 1_400 - (band - 13) ** 2 * 30),
    failures: band > 15 ? 60 * (24 - band) : 0,
  })),
  generators: [
    {
      shard: 0,
      cpuShare: 0.412,
      latenessMs: latency(6_336, 0.12),
      startSkewMs: 0.4,
      connectionsMax: 50,
      state: 'finished',
    },
    {
      shard: 1,
      cpuShare: 0.877,
      cpuMaxShare: 0.961,
      waitShare: 0.021,
      gcShare: 0.062,
      gcMaxMs: 14.2,
      loopLagMaxMs: 131.5,
      lateStarts: 12,
      descriptorsMax: 81,
      portsWaitingMax: 240,
      latenessMs: latency(6_336, 0.13),
      startSkewMs: 0.6,
      connectionsMax: 50,
      state: 'finished',
    },
    { shard: 2, latenessMs: latency(0, 0), connectionsMax: 0, state: 'lost' },
  ],
  trust: [
    {
      kind: 'arrivals',
      result: 'ok',
      figure: 0.6,
      limit: 42,
      text: '12,672 of 12,800 planned arrivals started, p99 0.6 ms late; their gaps are off by 0.1 ms on average, where one is 20 ms',
    },
    {
      kind: 'stationary',
      result: 'doubtful',
      figure: 1.84,
      limit: 0.1,
      text: 'response times rose over the hold (+184 % from start to end, Mann-Kendall z 8.1): its percentiles are those of no lasting state',
    },
    { kind: 'samples', result: 'unknown', text: 'no samples' },
  ],
  findings: [
    {
      kind: 'pool-exhausted',
      title: 'A connection pool behind the target ran out at about 100 users',
      confidence: 'high',
      evidence: [
        '812 answers of POST /register with status 500 say "FATAL: sorry, too many clients already"',
        'the first came at 45.1 s, when 100 users were active; below 95 users there was none',
      ],
      advice: 'Put a connection pooler before the database, or raise max_connections above the number of workers.',
    },
    {
      kind: 'slow-check',
      title: 'GET /groups/{account.group}/members/{member.id}/permissions is slow from the first second',
      confidence: 'medium',
      evidence: ['39 % of its answers take longer than 500 ms'],
      advice: 'Look at its queries under no load first.',
    },
  ],
  cost: {
    estimateUsd: 0.0412,
    actualUsd: 0.0389,
    region: 'eu-central-1',
    priceDate: '2026-08-16',
    items: [
      { name: 'Lambda generate', quantity: 2_782.5, unit: 'GB-second', unitUsd: 0.0000133334, usd: 0.0371 },
      { name: 'S3 writes', quantity: 333, unit: 'request', unitUsd: 0.0000054, usd: 0.0018 },
    ],
  },
}

const QUIET = figures({ count: 6_000, medianMs: 18.4, checks: { 'status is 200': { pass: 6_000, fail: 0 } } })

/** A plain pass: one request name, one phase, nothing to complain of. */
export const passingReport: Report = {
  schema: 'squall.report.v1',
  run: {
    id: '20251109-020000-00aa',
    scenario: 'smoke',
    scenarioHash: 'sha256:00aa',
    version: '0.1.0',
    command: 'squall run smoke.yml',
    labels: {},
    target: 'https://shop.example.test',
    startedAt: '2025-11-09T02:00:00.000Z',
    endedAt: '2025-11-09T02:01:00.412Z',
    durationMs: 60_412,
    judgedMs: 60_000,
    intervalMs: 1000,
    generatorCount: 1,
    seed: 1,
    dispatcher: 'undici 8 over HTTP/1.1, one connection a user',
  },
  verdict: {
    result: 'pass',
    reasons: ['all 2 thresholds hold'],
    thresholds: [
      threshold({
        text: 'p95 < 50ms',
        metric: 'p95',
        operator: '<',
        limit: 50,
        actual: 38.64,
        unit: 'ms',
        samples: 6_000,
        result: 'pass',
      }),
      threshold({
        text: 'errors < 1%',
        metric: 'errors',
        operator: '<',
        limit: 0.01,
        actual: 0,
        unit: 'share',
        samples: 6_000,
        result: 'pass',
        default: true,
      }),
    ],
  },
  total: QUIET,
  requests: [{ name: 'GET /health', ...QUIET }],
  flows: [{ name: 'main', iterations: 6_000, failures: 0, durationMs: latency(6_000, 18.6) }],
  phases: [
    {
      name: '1',
      text: 'rate 100/s for 1m',
      startMs: 0,
      durationMs: 60_000,
      model: 'open',
      warmup: false,
      total: QUIET,
      requests: [{ name: 'GET /health', ...QUIET }],
    },
  ],
  arrivals: { planned: 6_000, started: 6_000, missed: 0, missedBy: {}, latenessMs: latency(6_000, 0.11) },
  interrupted: 0,
  lost: [],
  intervals: Array.from({ length: 60 }, (_, second) => ({
    startMs: second * 1000,
    users: 2 + (second % 3),
    count: 100,
    failures: 0,
    offered: 100,
    responseTimeMs: { p50: 18 + (second % 4), p95: 36 + (second % 5), p99: 44, max: 61 },
  })),
  distribution: [
    { fromMs: 10, toMs: 14.678, successes: 1_900, failures: 0 },
    { fromMs: 14.678, toMs: 21.544, successes: 4_100, failures: 0 },
  ],
  generators: [
    {
      shard: 0,
      cpuShare: 0.08,
      latenessMs: latency(6_000, 0.11),
      startSkewMs: 0,
      connectionsMax: 4,
      state: 'finished',
    },
  ],
  findings: [],
}

const NOTHING = figures({ count: 0, medianMs: 0 })

/** A run in which nothing was measured: every figure that could be absent is absent. */
export const emptyReport: Report = {
  schema: 'squall.report.v1',
  run: { ...passingReport.run, id: '20251109-030000-00ab', scenario: 'nightly', durationMs: 1_204, judgedMs: 0 },
  verdict: {
    result: 'inconclusive',
    reasons: ['stopped after 1.2 s: SIGINT', 'no request was sent'],
    thresholds: [
      threshold({
        text: 'p95 < 50ms',
        metric: 'p95',
        operator: '<',
        limit: 50,
        unit: 'ms',
        samples: 0,
        result: 'inconclusive',
        reason: 'p95 was not observed: no samples',
      }),
      threshold({
        text: 'errors < 1%',
        metric: 'errors',
        operator: '<',
        limit: 0.01,
        unit: 'share',
        samples: 0,
        result: 'inconclusive',
        default: true,
        reason: 'no requests',
      }),
    ],
  },
  total: NOTHING,
  requests: [{ name: 'GET /health', ...NOTHING }],
  flows: [],
  phases: [],
  arrivals: { started: 0, missed: 0, missedBy: {}, latenessMs: { samples: 0 } },
  interrupted: 0,
  lost: [{ leg: 0, shard: 0, share: 1, cause: 'no result' }],
  intervals: [],
  distribution: [],
  generators: [],
  findings: [],
}

/** Replaces every text that a scenario or an answer decides. */
export function withTexts(text: (place: string) => string, result: VerdictResult = 'fail'): Report {
  const hostile = figures({
    count: 200,
    medianMs: 40,
    errors: [error(text('kind'), 20, 0, 9_000, text('sample')), error('status 503', 3, 0, 1, text('sample 2'))],
    checks: { [text('check')]: { pass: 180, fail: 20 } },
  })
  return {
    ...failingReport,
    run: {
      ...failingReport.run,
      scenario: text('scenario'),
      command: text('command'),
      environment: text('environment'),
      labels: { [text('label')]: text('label value') },
      target: text('target'),
    },
    verdict: {
      result,
      reasons: [text('reason')],
      thresholds: failingReport.verdict.thresholds.map(one => ({
        ...one,
        text: text('threshold'),
        scope: text('scope'),
        metric: text('metric'),
        reason: text('threshold reason'),
      })),
    },
    total: hostile,
    warmup: hostile,
    requests: [{ name: text('request'), ...hostile }],
    flows: [{ name: text('flow'), iterations: 3, failures: 1, durationMs: latency(3, 10) }],
    phases: [
      {
        name: text('phase'),
        text: text('phase text'),
        startMs: 0,
        durationMs: 80_000,
        model: 'open',
        warmup: false,
        total: hostile,
        requests: [{ name: text('request'), ...hostile }],
      },
    ],
    lost: [{ leg: 0, shard: 1, share: 0.5, cause: text('cause') }],
    trust: [{ kind: 'closed', result: 'ok', text: text('trust') }],
    findings: [
      {
        kind: text('finding kind'),
        title: text('title'),
        confidence: 'low',
        evidence: [text('evidence')],
        advice: text('advice'),
      },
      {
        kind: 'b',
        title: text('title 2'),
        confidence: 'low',
        evidence: [text('evidence 2')],
        advice: text('advice 2'),
      },
    ],
  }
}

/** One text that tries every format at once. */
export const HOSTILE =
  '=HYPERLINK("http://evil.test","x")\u001b[2J\u001b]0;own\u0007\u009b31m\r\n| a | `b` </script><img src=x onerror=alert(1)> @everyone #1 [l](javascript:x) ![i](http://evil.test/p) 表\u202egnp.exe ]]> &amp; \\| \ud800'

export const hostileReport: Report = withTexts(place => `${place} ${HOSTILE}`)

export const SAMPLES: readonly (readonly [string, Report])[] = [
  ['failing', failingReport],
  ['passing', passingReport],
  ['empty', emptyReport],
  ['hostile', hostileReport],
]
