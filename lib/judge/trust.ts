import { MISS_CAUSES, type MissCause } from '../measure/arrival-figures.ts'
import type { Figures } from '../measure/figures.ts'
import { isGeneratorFault } from '../measure/generator-fault.ts'
import { mergedHistogram } from '../measure/histogram.ts'
import { judgedPhases, mergedArrivals, mergedFigures } from '../measure/merged-figures.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import { formatCount, formatMs, formatShare, plural } from './format-figure.ts'
import { generatorLimit } from './generator-limit.ts'
import { resourceOf } from './scarce-resource.ts'

/** Above this share of planned iterations that were never started, the load was not the one that was asked for. */
const MOST_MISSED_SHARE = 0.01
/** Above this share of all requests, those that were still waited for at the end could move the p99 of the rest. */
const MOST_UNANSWERED_SHARE = 0.01
const missWords: Readonly<Record<MissCause, string>> = {
  late: 'the generator was late',
  maxUsers: 'no user was free within maxUsers',
  data: 'the data rows were used up',
  time: 'the time was up',
}

/** Why the run's numbers are not to be believed, the gravest first. Empty for a run that can be judged. */
export function trustCauses(plan: Plan, summary: Summary, stoppedByChoice: boolean): readonly string[] {
  const all = mergedFigures(
    summary.measurements,
    plan.phases.map(phase => phase.index),
  )
  return [
    ...lostGenerators(plan, summary),
    ...(stoppedByChoice ? [] : stoppedGenerators(plan, summary)),
    ...missedIterations(plan, summary, stoppedByChoice),
    ...(stoppedByChoice ? [] : unansweredRequests(summary, all)),
    ...generatorFaults(summary, all),
    ...(generatorLimit(summary) ?? []),
  ]
}

function lostGenerators(plan: Plan, summary: Summary): readonly string[] {
  if (summary.generators.length === 0 && summary.lost.length === 0) return ['no generator left a result']
  const [first] = summary.lost
  if (first === undefined) return []
  const all = plan.shardCount * Math.max(1, plan.legs.length)
  const share = summary.lost.reduce((sum, lost) => sum + lost.share, 0)
  const others = summary.lost.some(lost => lost.cause !== first.cause) ? ' (and other causes)' : ''
  return [
    `${summary.lost.length} of ${plural(all, 'generator')} lost, ${formatShare(Math.min(1, share))} of the load: ${first.cause}${others}`,
  ]
}

function stoppedGenerators(plan: Plan, summary: Summary): readonly string[] {
  return summary.generators
    .filter(generator => generator.state !== 'finished' || generator.stoppedAtMs !== undefined)
    .slice(0, 3)
    .map(generator => {
      const when = generator.stoppedAtMs === undefined ? '' : ` after ${formatMs(generator.stoppedAtMs)}`
      return `generator ${generator.shard + 1} of ${plan.shardCount} stopped${when}: ${generator.reason ?? generator.state}`
    })
}

function missedIterations(plan: Plan, summary: Summary, stoppedByChoice: boolean): readonly string[] {
  const judged = plan.phases.filter(phase => phase.judged)
  const arrivals = mergedArrivals(summary.measurements, judgedPhases(plan))
  let planned = 0
  for (const phase of judged) {
    const own = summary.measurements.arrivals(phase.index)
    planned += phase.arrivals ?? (own === undefined ? 0 : own.started + own.missed)
  }
  const unseen = stoppedByChoice || summary.lost.length > 0 ? 0 : planned - arrivals.started
  const missed = Math.max(arrivals.missed, unseen)
  if (planned <= 0 || missed / planned <= MOST_MISSED_SHARE) return []
  const causes = MISS_CAUSES.filter(cause => arrivals.missedBy[cause] > 0).map(
    cause => `${missWords[cause]} for ${formatCount(arrivals.missedBy[cause])}`,
  )
  const why = causes.length === 0 ? '' : `: ${causes.join(', ')}`
  return [`${formatShare(missed / planned)} of ${plural(planned, 'planned iteration')} never started${why}`]
}

/**
 * Requests that the end of the load cut off after they had been under way for longer than 99 % of all that ended: what they
 * would have taken is not known, only that it is among the longest. Those that were cut off sooner are ordinary ones.
 */
function unansweredRequests(summary: Summary, all: Figures): readonly string[] {
  const { count, response } = all
  const waits = mergedHistogram([all.interruptedTimes, summary.measurements.unplacedInterruptedTimes])
  const overdue = waits.count - waits.countUpTo(response.percentile(99))
  const share = overdue / (count + overdue)
  if (overdue === 0 || share <= MOST_UNANSWERED_SHARE) return []
  const many = `${formatShare(share)} of ${plural(count + overdue, 'request')}`
  return [
    `${many} had no answer when the load ended, after longer than 99 % of the others took: give them a longer drain, or a shorter timeout`,
  ]
}

function generatorFaults(summary: Summary, all: Figures): readonly string[] {
  const counts = new Map<string, number>()
  for (const { kind, count } of all.errors.byKind.values()) if (isGeneratorFault(kind)) counts.set(kind, count)
  for (const generator of summary.generators) {
    for (const { kind, count } of generator.faults ?? []) if (!counts.has(kind)) counts.set(kind, count)
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => {
      const { what, change } = resourceOf(kind)
      return `the generator ran out of ${what}: ${kind}, ${plural(count, 'time')}; ${change}`
    })
}
