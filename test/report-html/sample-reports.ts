import type { ErrorFigures, IntervalFigures, Report } from '../../lib/report/report.ts'
import { emptyReport, failingReport, figures, hostileReport, latency, passingReport } from '../report/sample-report.ts'

const NAMES = [
  'GET /products',
  'GET /products/{product}',
  'GET /search',
  'POST /login',
  'POST /register',
  'GET /me',
  'GET /me/orders',
  'POST /cart',
  'PUT /cart/{line}',
  'DELETE /cart/{line}',
  'GET /cart',
  'POST /checkout',
  'POST /payments',
  'GET /payments/{payment}',
  'GET /recommendations',
  'GET /stock/{product}',
  'POST /reviews',
  'GET /reviews?product={product}',
  'GET /groups/{account.group}/members/{member.id}/permissions',
  'GET /health',
]

const INTERVAL_MS = 5000
const RAMP = 120
const HOLD = 600

/** Noise from 0 to 1 that is the same in every run. */
function noise(a: number, b: number): number {
  const value = Math.sin(a * 127.1 + b * 311.7) * 43_758.545
  return value - Math.floor(value)
}

/** Load over interval i: ten minutes of ramp, fifty of hold, in which the target suffers twice. */
const rate = (i: number): number => (i < RAMP ? 40 + (460 * i) / RAMP : 500)
const suffering = (i: number): number =>
  Math.exp(-(((i - 330) / 22) ** 2)) * 2.6 + (i > HOLD ? Math.min(1.2, (i - HOLD) / 60) : 0)

const medianMs = (name: number): number =>
  [38, 24, 92, 180, 240, 31, 66, 48, 41, 35, 28, 310, 420, 52, 130, 19, 75, 88, 610, 4][name] ?? 50
const share = (name: number): number => 2 / (name + 2) / 5.4

function intervalOf(i: number): IntervalFigures {
  const slow = 1 + suffering(i) + rate(i) / 2000
  const requests = NAMES.map((name, place) => {
    const count = Math.round(rate(i) * 5 * share(place) * (0.96 + noise(i, place) * 0.08))
    const failing = place === 12 ? suffering(i) * 0.06 : place === 3 && i > HOLD ? 0.01 : 0
    const mean = medianMs(place) * slow * (0.9 + noise(place, i) * 0.3)
    return {
      name,
      count,
      failures: Math.round(count * failing),
      meanMs: Number(mean.toFixed(3)),
      maxMs: Number((mean * (2.4 + noise(i + 1, place) * 4)).toFixed(3)),
    }
  })
  const p50 = 62 * slow * (0.95 + noise(i, 91) * 0.1)
  return {
    startMs: i * INTERVAL_MS,
    users: Math.round((rate(i) / 500) * 240 * (1 + suffering(i) * 0.5) + noise(i, 7) * 6),
    count: requests.reduce((sum, request) => sum + request.count, 0),
    failures: requests.reduce((sum, request) => sum + request.failures, 0),
    offered: Math.round((rate(i) * 5) / 3),
    responseTimeMs: {
      p50,
      p95: p50 * (4.1 + noise(i, 92)),
      p99: p50 * (7.2 + noise(i, 93) * 2.4),
      max: p50 * (14 + noise(i, 94) * 12),
    },
    requests,
  }
}

const INTERVALS = Array.from({ length: 720 }, (_, i) => intervalOf(i))

function errorsOf(place: number, count: number): readonly ErrorFigures[] {
  if (count === 0) return []
  const kind = place === 12 ? 'status 503' : 'timeout (first byte)'
  const sample =
    place === 12 ? '{"error":"upstream connect error or disconnect/reset before headers"}' : 'no answer within 30 s'
  return [{ kind, count, firstMs: 1_500_000, lastMs: 3_594_000, sample }]
}

const REQUESTS: Report['requests'] = NAMES.map((name, place) => {
  const own = INTERVALS.flatMap(interval => interval.requests?.[place] ?? [])
  const count = own.reduce((sum, one) => sum + one.count, 0)
  const failures = own.reduce((sum, one) => sum + one.failures, 0)
  const checks = { 'status is 200': { pass: count - failures, fail: failures }, 'time < 2s': { pass: count, fail: 0 } }
  return {
    name,
    ...figures({ count, medianMs: medianMs(place), errors: errorsOf(place, failures), checks, seconds: 3000 }),
  }
})

const COUNT = REQUESTS.reduce((sum, request) => sum + request.count, 0)
const ERRORS = REQUESTS.flatMap(request => request.errors)

/** An hour of 720 intervals and 20 names: the size by which the page's weight is judged. */
export const hourReport: Report = {
  ...failingReport,
  run: {
    ...failingReport.run,
    scenario: 'checkout soak',
    durationMs: 3_600_400,
    judgedMs: 3_000_000,
    intervalMs: INTERVAL_MS,
    generatorCount: 4,
    command: 'squall run soak.yml --env staging --generators 4',
    target: 'https://staging.example.test',
  },
  verdict: {
    result: 'fail',
    reasons: ['p95 is 1.24 s in the minute from 27:00, limit 1 s; it holds in 47 of 50 windows'],
    thresholds: [
      {
        text: 'p95 < 1s every 1m',
        scope: 'all',
        metric: 'p95',
        operator: '<',
        limit: 1000,
        actual: 1240,
        unit: 'ms',
        samples: 30_211,
        default: false,
        result: 'fail',
        reason: 'p95 is 1.24 s in the minute from 27:00, limit 1 s; it holds in 47 of 50 windows',
      },
      {
        text: 'errors < 1%',
        scope: 'all',
        metric: 'errors',
        operator: '<',
        limit: 0.01,
        actual: 0.0021,
        unit: 'share',
        samples: COUNT,
        default: true,
        result: 'pass',
        reason: '',
      },
      {
        text: 'POST /checkout: p99 < 2s',
        scope: 'POST /checkout',
        metric: 'p99',
        operator: '<',
        limit: 2000,
        actual: 1312,
        unit: 'ms',
        samples: 61_204,
        default: false,
        result: 'pass',
        reason: '',
      },
      {
        text: 'throughput > 400/s',
        scope: 'all',
        metric: 'throughput',
        operator: '>',
        limit: 400,
        actual: 492.7,
        unit: 'perSecond',
        samples: COUNT,
        default: false,
        result: 'pass',
        reason: '',
      },
    ],
  },
  total: figures({ count: COUNT, medianMs: 74, errors: ERRORS, seconds: 3000 }),
  requests: REQUESTS,
  phases: [
    {
      name: 'ramp',
      text: 'rate 13/s -> 167/s for 10m',
      startMs: 0,
      durationMs: 600_000,
      model: 'open',
      warmup: true,
      total: figures({ count: 160_200, medianMs: 60, seconds: 600 }),
      requests: [],
    },
    {
      name: 'steady',
      text: 'rate 167/s for 40m',
      startMs: 600_000,
      durationMs: 2_400_000,
      model: 'open',
      warmup: false,
      total: figures({ count: 1_200_100, medianMs: 71, seconds: 2400, errors: ERRORS }),
      requests: [],
    },
    {
      name: 'degraded',
      text: 'rate 167/s for 10m',
      startMs: 3_000_000,
      durationMs: 600_000,
      model: 'open',
      warmup: false,
      total: figures({ count: 300_000, medianMs: 112, seconds: 600 }),
      requests: [],
    },
  ],
  arrivals: { planned: 554_400, started: 554_400, missed: 0, missedBy: {}, latenessMs: latency(554_400, 0.09) },
  interrupted: 0,
  lost: [],
  intervals: INTERVALS,
  distribution: Array.from({ length: 70 }, (_, band) => {
    const at = (band - 26) / 11
    const body = Math.round(90_000 * Math.exp(-at * at) + 9000 * Math.exp(-(((band - 45) / 6) ** 2)))
    return {
      fromMs: Number((10 ** (band / 20 + 0.4)).toPrecision(4)),
      toMs: Number((10 ** ((band + 1) / 20 + 0.4)).toPrecision(4)),
      successes: body,
      failures: band > 40 && band < 60 ? Math.round(body * 0.06) : 0,
    }
  }),
  generators: [0, 1, 2, 3].map(shard => ({
    shard,
    cpuShare: 0.31 + shard * 0.04,
    latenessMs: latency(138_600, 0.09 + shard * 0.01),
    startSkewMs: 0.2 * shard,
    connectionsMax: 61 + shard,
    state: 'finished',
  })),
}

/** The samples by the name under which the browser check draws them. */
export const sampleReports: Readonly<Record<string, Report>> = {
  failing: failingReport,
  passing: passingReport,
  hour: hourReport,
  empty: emptyReport,
  hostile: hostileReport,
}
