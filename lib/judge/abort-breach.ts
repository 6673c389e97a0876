import { keepsLimit, type LiveObservation } from '../measure/live-observation.ts'
import { percentileRanks95, shareInterval95 } from '../measure/percentile-interval.ts'
import { rankOf, samplesNeeded } from '../measure/percentile-rank.ts'
import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import type { LatencyStatistic, Threshold } from '../scenario/threshold.ts'
import { joined, lengthMs } from './judged-time.ts'

/** A rate is watched only once it has been measured for so long. */
const SHORTEST_RATE_MS = 10_000

/**
 * The first abort threshold that a run breaches as it stands, if there is one. Because a breach ends the load, it has to
 * be more than chance: a share or percentile counts as breached once its 95 % interval lies wholly beyond the limit. A
 * window is judged when every generator has had the time to report beyond its end.
 */
export function abortBreach(plan: Plan, live: LiveFigures): Threshold | undefined {
  const graceMs = 2 * plan.snapshotEveryMs
  for (const observation of live.abort) {
    const threshold = plan.scenario.thresholds[observation.threshold]
    if (threshold === undefined) continue
    const { everyMs, afterMs = 0 } = threshold
    if (everyMs !== undefined) {
      const fromMs = afterMs + observation.window * everyMs
      const toMs = fromMs + everyMs
      if (toMs + graceMs > live.atMs || !judgedThroughout(plan, threshold, fromMs, toMs)) continue
      if (isBreached(threshold, observation, everyMs)) return threshold
    } else if (isBreached(threshold, observation, elapsedJudgedMs(plan, threshold, afterMs, live.atMs)))
      return threshold
  }
  return undefined
}

function isBreached(threshold: Threshold, observation: LiveObservation, lengthOfMs: number): boolean {
  const { subject, unit } = threshold
  if (subject.kind === 'latency') return latencyBreached(threshold, subject.statistic, observation)
  if (unit === 'share') {
    const share = observation.matched / observation.count
    if (observation.count === 0 || keepsLimit(threshold, share)) return false
    const [low, high] = shareInterval95(observation.matched, observation.count)
    return !keepsLimit(threshold, low) && !keepsLimit(threshold, high)
  }
  const asksForMore = threshold.operator === '>' || threshold.operator === '>='
  if (unit === 'perSecond') {
    return (
      lengthOfMs >= Math.min(SHORTEST_RATE_MS, threshold.everyMs ?? SHORTEST_RATE_MS) &&
      !keepsLimit(threshold, observation.matched / (lengthOfMs / 1000))
    )
  }
  // A total that has yet to grow cannot be too small before the end, nor equal too early.
  if (threshold.everyMs === undefined && asksForMore) return false
  if (threshold.operator === '=' && observation.matched <= threshold.limit) return false
  if (threshold.operator === '!=' && threshold.everyMs === undefined) return false
  return !keepsLimit(threshold, observation.matched)
}

function latencyBreached(threshold: Threshold, statistic: LatencyStatistic, observation: LiveObservation): boolean {
  const { count, within } = observation
  const lower = threshold.operator === '<' || threshold.operator === '<='
  if (count === 0 || threshold.operator === '=' || threshold.operator === '!=') return false
  switch (statistic.kind) {
    case 'percentile': {
      if (count < samplesNeeded(statistic.percentile)) return false
      const rank = rankOf(statistic.percentile, count)
      const { low, high } = percentileRanks95(statistic.percentile, count)
      // The values that keep the limit are the smallest `within` ones, or the greatest if the limit is a lower one.
      if (lower) return within < rank && low >= 1 && within < low
      return count - within >= rank && high <= count && count - within >= high
    }
    case 'mean': {
      const meanUs = observation.sumUs / count
      const varianceUs2 = Math.max(0, observation.sumSquaresUs2 / count - meanUs * meanUs)
      const halfUs = count < 2 ? Number.POSITIVE_INFINITY : 1.96 * Math.sqrt(varianceUs2 / count)
      return (
        !keepsLimit(threshold, (lower ? meanUs - halfUs : meanUs + halfUs) / 1000) &&
        !keepsLimit(threshold, meanUs / 1000)
      )
    }
    case 'max':
      return lower && !keepsLimit(threshold, observation.maxUs / 1000)
    case 'min':
      return !lower && !keepsLimit(threshold, observation.minUs / 1000)
    case 'stddev': {
      const meanUs = observation.sumUs / count
      const deviationUs = Math.sqrt(Math.max(0, observation.sumSquaresUs2 / count - meanUs * meanUs))
      return count >= 30 && !keepsLimit(threshold, deviationUs / 1000)
    }
  }
}

function plannedSpans(plan: Plan, threshold: Threshold) {
  const { scope } = threshold
  const phases = plan.phases.filter(phase => (scope.kind === 'phase' ? phase.name === scope.name : phase.judged))
  return joined(phases.map(phase => ({ fromMs: phase.startMs, toMs: phase.startMs + phase.durationMs })))
}

function judgedThroughout(plan: Plan, threshold: Threshold, fromMs: number, toMs: number): boolean {
  return plannedSpans(plan, threshold).some(span => span.fromMs <= fromMs && toMs <= span.toMs)
}

function elapsedJudgedMs(plan: Plan, threshold: Threshold, fromMs: number, atMs: number): number {
  return lengthMs(
    plannedSpans(plan, threshold).map(span => ({
      fromMs: Math.max(span.fromMs, fromMs),
      toMs: Math.min(span.toMs, atMs),
    })),
  )
}
