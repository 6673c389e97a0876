import { type Histogram, mergedHistogram } from '../measure/histogram.ts'
import { Observation } from '../measure/observation.ts'
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
