import { type ArrivalGaps, mergedGaps } from '../measure/arrival-gaps.ts'
import { judgedPhases, mergedArrivals, mergedFigures } from '../measure/merged-figures.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import { formatCount, formatMs, plural } from './format-figure.ts'
import type { TrustCheck } from './trust-check.ts'

/** Starts that are off by less cannot be told from the schedule by a target that takes a millisecond. */
const LEAST_MS = 1
/** What starts may be off by, as a part of the response times' median. */
const MEDIAN_SHARE = 0.1
/** Distance of two laws that a reader would call the same. */
const MOST_DISTANCE = 0.05
/** The 5 % point of Kolmogorov's statistic times the root of the samples. */
const KOLMOGOROV_5 = 1.358

/** How the starts of judged open phases compare with the schedule; nothing where there were none. */
export function arrivalChecks(plan: Plan, summary: Summary): readonly TrustCheck[] {
  const gaps = mergedGaps(summary.generators.map(generator => generator.gaps))
  if (gaps === undefined) return []
  const judged = judgedPhases(plan)
  const open = judged.filter(index => plan.phases[index]?.kind === 'open')
  const medianMs = mergedFigures(summary.measurements, judged).response.percentile(50) / 1000
  const limitMs = Math.max(LEAST_MS, MEDIAN_SHARE * medianMs)
  return [planned(plan, summary, gaps, open, limitMs), ...poisson(gaps, limitMs)]
}

/** Counts, lateness, and the gaps between starts beside the planned ones. */
function planned(
  plan: Plan,
  summary: Summary,
  gaps: ArrivalGaps,
  open: readonly number[],
  limitMs: number,
): TrustCheck {
  const { started, lateness } = mergedArrivals(summary.measurements, open)
  const due = open.reduce((sum, index) => sum + (plan.phases[index]?.arrivals ?? 0), 0)
  const lateMs = lateness.percentile(99) / 1000
  const errorMs = meanErrorMs(gaps)
  // The shards take turns: a gap of one is as long as one of all for each of them.
  const gapMs = gaps.plannedUs / gaps.count / plan.shardCount / 1000
  return {
    kind: 'arrivals',
    result: lateMs <= limitMs ? 'ok' : 'doubtful',
    figure: round(lateMs),
    limit: round(limitMs),
    text: `${formatCount(started)} of ${plural(due, 'planned arrival')} started, p99 ${formatMs(lateMs)} late; their gaps are off by ${formatMs(errorMs)} on average, where one is ${formatMs(gapMs)}`,
  }
}

/**
 * The distance of Kolmogorov and Smirnov between the gaps, by their probability under the planned process, and the uniform
 * law that these have if the process was followed. Starts that are off by little only blur what no target can see.
 */
function poisson(gaps: ArrivalGaps, limitMs: number): readonly TrustCheck[] {
  const count = gaps.probabilities.reduce((sum, bin) => sum + bin, 0)
  if (count === 0) return []
  const distance = uniformDistance(gaps.probabilities)
  const limit = Math.max(MOST_DISTANCE, KOLMOGOROV_5 / Math.sqrt(count))
  const same = distance <= limit
  const blurred = !same && meanErrorMs(gaps) <= limitMs
  const figures = `Kolmogorov-Smirnov distance ${distance.toFixed(3)} in ${plural(count, 'gap')}, at most ${limit.toFixed(3)}`
  const read = same
    ? `the gaps are those of a Poisson process: ${figures}`
    : blurred
      ? `the gaps are those of a Poisson process down to ${formatMs(meanErrorMs(gaps))}, and blurred below: ${figures}`
      : `the gaps are not those of a Poisson process: ${figures}; use pacing: precise, or more --generators`
  return [
    {
      kind: 'poisson',
      result: same || blurred ? 'ok' : 'doubtful',
      figure: round(distance),
      limit: round(limit),
      text: read,
    },
  ]
}

/** The greatest distance between the shares up to the end of each bin and those of the uniform law. */
export function uniformDistance(bins: readonly number[]): number {
  const count = bins.reduce((sum, bin) => sum + bin, 0)
  let below = 0
  let distance = 0
  for (const [place, bin] of bins.entries()) {
    below += bin
    distance = Math.max(distance, Math.abs(below / count - (place + 1) / bins.length))
  }
  return distance
}

const meanErrorMs = (gaps: ArrivalGaps) => gaps.errorUs / gaps.count / 1000
const round = (value: number) => Number(value.toPrecision(3))
