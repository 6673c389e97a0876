import type { Threshold } from '../scenario/threshold.ts'
import { Histogram, mergedHistogram } from './histogram.ts'
import { type HistogramGeometry, indexOfUs, lowestEquivalentUs, THREE_DIGITS } from './histogram-geometry.ts'
import { keepsLimit } from './live-observation.ts'
import type { Measurements } from './measurements.ts'
import { figuresIn } from './merged-figures.ts'
import { scopeOf } from './scope.ts'

/**
 * Requests of a threshold's scope that the end of the load cut off when they had waited for longer than its limit allows:
 * whatever they would have taken, it would have been at least so long. Undefined where there are none, and where that says
 * nothing: of a limit from below, of times that do not count from the intended start to the end of any answer, and of a
 * deviation, which a longer time can make smaller. What had waited for less tells nothing, and is left out. They come in the
 * `geometry` of the times that they are to be added to.
 */
export function observeUnanswered(
  measurements: Measurements,
  threshold: Threshold,
  geometry: HistogramGeometry = THREE_DIGITS,
): Histogram | undefined {
  const { subject, operator, scope, everyMs, afterMs } = threshold
  if (subject.kind !== 'latency' || subject.latency !== 'response' || subject.statistic.kind === 'stddev')
    return undefined
  if ((operator !== '<' && operator !== '<=') || scope.kind === 'flow') return undefined
  if (everyMs !== undefined || afterMs !== undefined) return undefined
  const { phases, request } = scopeOf(measurements.plan, threshold)
  const places = measurements.plan.phases.filter(({ index }) => phases[index]).map(({ index }) => index)
  const all = figuresIn(measurements, places, scope.kind === 'request' ? request : undefined)
  const waits = mergedHistogram(all.map(figures => figures.interruptedTimes))
  const over = new Histogram(geometry)
  waits.forEachCount((index, count) => {
    // Of a bucket the lower end is what is certain.
    const us = Math.max(waits.minUs, lowestEquivalentUs(waits.geometry, index))
    if (keepsLimit(threshold, us / 1000)) return
    over.addAt(indexOfUs(geometry, us), count)
    over.addTotals(count, us * count, us, waits.maxUs, 0)
  })
  return over.count === 0 ? undefined : over
}
