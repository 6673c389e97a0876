import type { Histogram } from '../measure/histogram.ts'
import { judgedPhases, mergedFigures } from '../measure/merged-figures.ts'
import { observeWhole } from '../measure/observe.ts'
import { percentileRanks95 } from '../measure/percentile-interval.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import { formatCount, formatMs, plural } from './format-figure.ts'
import type { TrustCheck } from './trust-check.ts'

/** What is asked where no threshold asks for a percentile: the one that the report shows first. */
const SHOWN_PERCENTILE = 95

type Asked = { readonly name: string; readonly percentile: number; readonly times: Histogram }

/**
 * Whether the samples bound the percentiles asked: both ends of the 95 % interval must be among them. Of all percentiles
 * that thresholds ask for, the one that has the fewest for what it needs.
 */
export function sampleCheck(plan: Plan, summary: Summary): readonly TrustCheck[] {
  const asked = askedPercentiles(plan, summary).filter(({ times }) => times.count > 0)
  const scarcest = asked.toSorted(
    (a, b) => a.times.count / samplesToBound(a.percentile) - b.times.count / samplesToBound(b.percentile),
  )[0]
  if (scarcest === undefined) return []
  const { name, percentile, times } = scarcest
  const needed = samplesToBound(percentile)
  const { low, high } = percentileRanks95(percentile, times.count)
  const enough = low >= 1 && high <= times.count
  const range = enough
    ? `with 95 % confidence it is ${formatMs(times.valueAtRank(low) / 1000)} to ${formatMs(times.valueAtRank(high) / 1000)}`
    : `${formatCount(needed)} would bound it with 95 % confidence`
  return [
    {
      kind: 'samples',
      result: enough ? 'ok' : 'doubtful',
      figure: times.count,
      limit: needed,
      text: `${plural(times.count, 'sample')} for ${name}: ${range}`,
    },
  ]
}

function askedPercentiles(plan: Plan, summary: Summary): readonly Asked[] {
  const { measurements } = summary
  const asked = plan.scenario.thresholds.flatMap((threshold): Asked[] => {
    const { subject } = threshold
    if (subject.kind !== 'latency' || subject.statistic.kind !== 'percentile') return []
    const { times } = observeWhole(measurements, threshold)
    if (times === undefined) return []
    const scope = threshold.scope.kind === 'all' ? '' : ` of ${threshold.scope.name}`
    const { percentile } = subject.statistic
    return [{ name: `p${percentile}${scope}`, percentile, times }]
  })
  if (asked.length > 0) return asked
  const { response } = mergedFigures(measurements, judgedPhases(plan))
  return [{ name: `p${SHOWN_PERCENTILE}`, percentile: SHOWN_PERCENTILE, times: response }]
}

/**
 * The fewest samples with which the interval has both ends: the largest of n lies above the percentile p with probability
 * 1 - p^n, which must be 97.5 %, and the smallest below it with 1 - (1 - p)^n.
 */
function samplesToBound(percentile: number): number {
  const p = percentile / 100
  return Math.ceil(Math.log(0.025) / Math.log(Math.max(p, 1 - p)))
}
