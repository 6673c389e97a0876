import type { Figures } from '../measure/figures.ts'
import type { Histogram } from '../measure/histogram.ts'
import { highestEquivalentUs } from '../measure/histogram-geometry.ts'
import { percentileRanks95 } from '../measure/percentile-interval.ts'
import { rankOf, samplesNeeded } from '../measure/percentile-rank.ts'
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
  const { count } = histogram
  const observed = PERCENTILES.filter(([, percentile]) => count >= samplesNeeded(percentile)).map(
    ([name, percentile]) => ({ name, rank: rankOf(percentile, count), ...percentileRanks95(percentile, count) }),
  )
  const valueAt = valuesAtRanks(
    histogram,
    observed.flatMap(({ rank, low, high }) => [rank, low, high]),
  )
  const bounded = observed.filter(({ low, high }) => low >= 1 && high <= count)
  return {
    samples: count,
    min: msOf(histogram.minUs),
    mean: msOf(histogram.meanUs),
    stddev: msOf(histogram.stddevUs),
    ...Object.fromEntries(observed.map(({ name, rank }) => [name, msOf(valueAt(rank))])),
    max: msOf(histogram.maxUs),
    ...(bounded.length === 0
      ? {}
      : {
          ci95: Object.fromEntries(
            bounded.map(({ name, low, high }) => [name, [msOf(valueAt(low)), msOf(valueAt(high))]]),
          ),
        }),
  }
}

/**
 * `Histogram.valueAtRank` for many ranks in one pass: a report of 1,000 request names asks for some 150,000 values.
 */
function valuesAtRanks(histogram: Histogram, ranks: readonly number[]): (rank: number) => number {
  const wanted = [...new Set(ranks)].toSorted((a, b) => a - b)
  const values = new Map<number, number>()
  let seen = 0
  let next = 0
  histogram.forEachCount((index, count) => {
    seen += count
    for (; next < wanted.length && (wanted[next] ?? 0) <= seen; next++) {
      values.set(wanted[next] ?? 0, Math.min(highestEquivalentUs(histogram.geometry, index), histogram.maxUs))
    }
  })
  return rank => values.get(rank) ?? histogram.maxUs
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
