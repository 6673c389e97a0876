import type { Histogram } from '../measure/histogram.ts'
import { keepsLimit } from '../measure/live-observation.ts'
import type { Observation } from '../measure/observation.ts'
import { percentileInterval95, shareInterval95 } from '../measure/percentile-interval.ts'
import { rankOf, samplesNeeded } from '../measure/percentile-rank.ts'
import type { LatencyStatistic, Threshold } from '../scenario/threshold.ts'
import { plural } from './format-figure.ts'

/** A threshold's figure, in its unit, or what it lacks. */
export type Evaluation = {
  readonly actual?: number
  readonly samples: number
  /** Why there is no figure to judge by: a missing number is never a pass. */
  readonly lack?: string
}

/** `emptyIsZero`: in a window of a run that has requests, none a second is a figure and not a lack of one. */
export function evaluate(
  threshold: Threshold,
  observation: Observation,
  seconds: number,
  emptyIsZero = false,
): Evaluation {
  const { subject } = threshold
  if (subject.kind === 'latency') return latencyFigure(subject.statistic, observation.times)
  const samples = observation.count
  const counts = subject.kind === 'throughput' || subject.kind === 'requests' || subject.kind === 'iterations'
  if (samples === 0 && !(emptyIsZero && counts)) return { samples, lack: emptyReason(threshold) }
  const actual = inUnit(threshold, observation.matched, observation.count, seconds)
  if (!Number.isFinite(actual)) return { samples, lack: 'no time passed in its scope' }
  return { actual, samples }
}

/**
 * The figure's 95 % interval in its unit: order statistics for percentiles, Wilson for shares, the normal law for means.
 * An end that the samples cannot bound is infinite. For other figures both ends are the figure itself.
 */
export function interval95(threshold: Threshold, observation: Observation, actual: number): readonly [number, number] {
  const { subject, unit } = threshold
  if (subject.kind !== 'latency') {
    return unit === 'share' ? shareInterval95(observation.matched, observation.count) : [actual, actual]
  }
  const { times } = observation
  if (times === undefined) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (subject.statistic.kind === 'percentile') {
    const { lowUs, highUs } = percentileInterval95(times, subject.statistic.percentile)
    return [
      lowUs === undefined ? Number.NEGATIVE_INFINITY : lowUs / 1000,
      highUs === undefined ? Number.POSITIVE_INFINITY : highUs / 1000,
    ]
  }
  if (subject.statistic.kind !== 'mean') return [actual, actual]
  const half = times.count < 2 ? Number.POSITIVE_INFINITY : (1.96 * times.stddevUs) / Math.sqrt(times.count) / 1000
  return [actual - half, actual + half]
}

/**
 * Whether a fail would stand had `missing` more planned requests been successes faster than the limit: no figure that
 * they could have led to keeps it. With an operator that asks for more, they count in its favour all the same.
 */
export function failStands(threshold: Threshold, observation: Observation, missing: number, seconds: number): boolean {
  const [low, high] = attainable(threshold, observation, missing, seconds)
  switch (threshold.operator) {
    case '<':
    case '<=':
      return !keepsLimit(threshold, low)
    case '>':
    case '>=':
      return !keepsLimit(threshold, high)
    case '=':
      return threshold.limit < low || threshold.limit > high
    case '!=':
      return low === high
  }
}

/** The range of figures that up to `missing` more requests could have led to. */
function attainable(
  threshold: Threshold,
  observation: Observation,
  missing: number,
  seconds: number,
): readonly [number, number] {
  const { subject } = threshold
  if (subject.kind === 'latency') return attainableLatency(subject.statistic, observation.times, Math.ceil(missing))
  const { matched, count } = observation
  const actual = inUnit(threshold, matched, count, seconds)
  if (missing === 0 || subject.kind === 'missed') return [actual, actual]
  const successesMatch = subject.kind !== 'errors' && subject.kind !== 'error' && !isFailureStatus(threshold)
  if (missing === Number.POSITIVE_INFINITY) {
    const most = threshold.unit === 'share' ? 1 : Number.POSITIVE_INFINITY
    return [threshold.unit === 'share' ? 0 : actual, successesMatch ? most : actual]
  }
  const low = threshold.unit === 'share' ? inUnit(threshold, matched, count + missing, seconds) : actual
  const high = successesMatch ? inUnit(threshold, matched + missing, count + missing, seconds) : actual
  return [low, high]
}

function attainableLatency(
  statistic: LatencyStatistic,
  times: Histogram | undefined,
  missing: number,
): readonly [number, number] {
  if (times === undefined || times.count === 0) return [0, Number.POSITIVE_INFINITY]
  const actual = statisticMs(statistic, times)
  if (missing === 0) return [actual, actual]
  if (statistic.kind === 'max') return [actual, Number.POSITIVE_INFINITY]
  if (missing === Number.POSITIVE_INFINITY) return [0, Number.POSITIVE_INFINITY]
  const all = times.count + missing
  switch (statistic.kind) {
    case 'percentile': {
      const rank = rankOf(statistic.percentile, all)
      const low = rank <= missing ? 0 : times.valueAtRank(rank - missing) / 1000
      return [low, rank > times.count ? Number.POSITIVE_INFINITY : times.valueAtRank(rank) / 1000]
    }
    case 'mean':
      return [times.sumUs / all / 1000, Number.POSITIVE_INFINITY]
    case 'min':
      return [0, actual]
    case 'stddev':
      return [actual * Math.sqrt(times.count / all), Number.POSITIVE_INFINITY]
  }
}

function latencyFigure(statistic: LatencyStatistic, times: Histogram | undefined): Evaluation {
  const samples = times?.count ?? 0
  if (times === undefined || samples === 0) return { samples, lack: 'nothing was measured in its scope' }
  const needed =
    statistic.kind === 'percentile' ? samplesNeeded(statistic.percentile) : statistic.kind === 'stddev' ? 2 : 1
  if (samples < needed) {
    const name = statistic.kind === 'percentile' ? `p${statistic.percentile}` : statistic.kind
    return {
      samples,
      lack: `${name} needs ${plural(needed, 'sample')}, and there ${samples === 1 ? 'is' : 'are'} ${samples}`,
    }
  }
  return { actual: statisticMs(statistic, times), samples }
}

function statisticMs(statistic: LatencyStatistic, times: Histogram): number {
  switch (statistic.kind) {
    case 'percentile':
      return times.percentile(statistic.percentile) / 1000
    case 'mean':
      return times.meanUs / 1000
    case 'min':
      return times.minUs / 1000
    case 'max':
      return times.maxUs / 1000
    case 'stddev':
      return times.stddevUs / 1000
  }
}

function inUnit(threshold: Threshold, matched: number, count: number, seconds: number): number {
  if (threshold.unit === 'share') return matched / count
  return threshold.unit === 'perSecond' ? matched / seconds : matched
}

function isFailureStatus({ subject }: Threshold): boolean {
  return subject.kind === 'status' && subject.from >= 400
}

function emptyReason({ scope, subject }: Threshold): string {
  if (subject.kind === 'checks') return 'no check was made in its scope'
  if (subject.kind === 'missed') return 'no iteration was due in its scope'
  return scope.kind === 'flow' || subject.kind === 'iterations'
    ? 'no iteration ended in its scope'
    : 'no request was made in its scope'
}
