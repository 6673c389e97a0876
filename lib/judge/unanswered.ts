import { type Histogram, mergedHistogram } from '../measure/histogram.ts'
import type { Measurements } from '../measure/measurements.ts'
import { Observation } from '../measure/observation.ts'
import { observeUnanswered } from '../measure/observe-unanswered.ts'
import { rankOf } from '../measure/percentile-rank.ts'
import type { Threshold } from '../scenario/threshold.ts'
import { formatCount, formatMs, plural } from './format-figure.ts'

/**
 * What was answered, and beside it what the end cut off too late to have kept the limit, with the time that it had waited
 * for. Each of these would have taken as long or longer, so no percentile, mean, minimum or maximum is above the true one:
 * where it breaks an upper limit, the true one does.
 */
export function withUnanswered(answered: Observation, unanswered: Histogram): Observation {
  const observation = new Observation()
  observation.times = mergedHistogram([answered.times, unanswered])
  observation.count = observation.times.count
  observation.missed = answered.missed
  return observation
}

/** `at least 12 s (60 of 1,060 requests had no answer yet after 2.1 s)`. */
export function unansweredText(figure: string, keeps: boolean, samples: number, unanswered: Histogram): string {
  const many = `${formatCount(unanswered.count)} of ${plural(samples, 'request')}`
  return `${keeps ? '' : 'at least '}${figure} (${many} had no answer yet after ${formatMs(unanswered.minUs / 1000)})`
}

/**
 * Why a limit that is kept may have been broken: requests that were cut off before they had waited for as long as the limit
 * allows, but for longer than 99 % of those that were answered in its scope took, and so many that it would be broken if
 * they all took longer. Those that were cut off sooner are ordinary ones. Undefined where there is no such doubt.
 */
export function stuckText(threshold: Threshold, measurements: Measurements, answered: Observation): string | undefined {
  const { subject, limit } = threshold
  if (subject.kind !== 'latency' || subject.statistic.kind === 'min') return undefined
  if (subject.latency !== 'response' && subject.latency !== 'success') return undefined
  const { times } = answered
  const usualMs = times === undefined || times.count === 0 ? 0 : times.percentile(99) / 1000
  const response: Threshold = {
    ...threshold,
    subject: { ...subject, latency: 'response' },
    limit: Math.min(usualMs, limit),
  }
  const stuck = observeUnanswered(measurements, response)
  if (stuck === undefined) return undefined
  const count = times?.count ?? 0
  if (times !== undefined && subject.statistic.kind === 'percentile') {
    const rank = rankOf(subject.statistic.percentile, count + stuck.count)
    if (rank <= times.countUpTo(limit * 1000)) return undefined
  }
  const many = `${formatCount(stuck.count)} of ${plural(count + stuck.count, 'request')} had no answer when the load ended`
  return count === 0 ? many : `${many}, after longer than 99 % of the others took`
}
