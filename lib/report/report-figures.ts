import type { Figures } from '../measure/figures.ts'
import { type Histogram, observedPercentile } from '../measure/histogram.ts'
import { percentileInterval95 } from '../measure/percentile-interval.ts'
import type { LatencyFigures, ReportFigures } from './report.ts'
import { msOf, sixDigits } from './report-precision.ts'

const PERCENTILES = [
  ['p50', 50],
  ['p66', 66],
  ['p75', 75],
  ['p80', 80],
  ['p90', 90],
  ['p95', 95],
  ['p98', 98],
  ['p99', 99],
  ['p99.9', 99.9],
  ['p99.99', 99.99],
] as const

/** Percentiles that were observed, with their intervals where the samples hold one; in ms. */
export function latencyFigures(histogram: Histogram | undefined): LatencyFigures {
  if (histogram === undefined || histogram.count === 0) return { samples: 0 }
  const percentiles: Record<string, number> = {}
  const ci95: Record<string, readonly [number, number]> = {}
  for (const [name, percentile] of PERCENTILES) {
    const us = observedPercentile(histogram, percentile)
    if (us === undefined) continue
    percentiles[name] = msOf(us)
    const { lowUs, highUs } = percentileInterval95(histogram, percentile)
    if (lowUs !== undefined && highUs !== undefined) ci95[name] = [msOf(lowUs), msOf(highUs)]
  }
  return {
    samples: histogram.count,
    min: msOf(histogram.minUs),
    mean: msOf(histogram.meanUs),
    stddev: msOf(histogram.stddevUs),
    ...percentiles,
    max: msOf(histogram.maxUs),
    ...(Object.keys(ci95).length === 0 ? {} : { ci95 }),
  }
}

const byKey = <T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> =>
  Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** Figures as the report shows them; `lengthMs` is the time over which the rate of answers is taken, 0 where none is. */
export function reportFigures(figures: Figures, lengthMs: number): ReportFigures {
  const { count, failures, connect, tls } = figures
  return {
    count,
    failures,
    ...(count === 0 ? {} : { failureRate: sixDigits(failures / count) }),
    ...(count === 0 || lengthMs <= 0 ? {} : { ratePerSecond: sixDigits((figures.answered * 1000) / lengthMs) }),
    retried: figures.retried,
    statuses: byKey([...figures.statuses].map(([status, n]) => [String(status), n])),
    errors: figures.errors.sorted().map(error => ({
      kind: error.kind,
      count: error.count,
      firstMs: msOf(error.firstUs),
      lastMs: msOf(error.lastUs),
      sample: error.sample,
    })),
    checks: byKey([...figures.checks].map(([text, { pass, fail }]) => [text, { pass, fail }])),
    responseTimeMs: latencyFigures(figures.response),
    successTimeMs: latencyFigures(figures.success),
    failedTimeMs: latencyFigures(figures.failed),
    serviceTimeMs: latencyFigures(figures.service),
    ...(connect === undefined ? {} : { connectMs: latencyFigures(connect) }),
    ...(tls === undefined ? {} : { tlsMs: latencyFigures(tls) }),
    firstByteMs: latencyFigures(figures.firstByte),
    bytesReceived: figures.bytesReceived,
    bytesSent: figures.bytesSent,
  }
}
