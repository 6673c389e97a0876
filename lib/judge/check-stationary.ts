import type { Interval } from '../measure/intervals.ts'
import type { Summary } from '../measure/summary.ts'
import { loadPhase } from '../plan/phase-lookup.ts'
import type { Plan, PlannedPhase } from '../plan/plan.ts'
import { formatShare } from './format-figure.ts'
import { phaseSpan, type Span } from './judged-time.ts'
import { trendOf } from './trend.ts'
import type { TrustCheck } from './trust-check.ts'

/** Fewer values tell nothing of a trend. */
const LEAST_VALUES = 10
/** More are put together: the test looks at every pair. */
const MOST_VALUES = 60
/** Without a trend such a value is found once in a hundred runs. */
const DOUBTFUL_Z = 2.576
/** A drift that is sure and small matters to nobody. */
const DOUBTFUL_CHANGE = 0.1

/**
 * Whether response times drifted in the longest stretch of constant load: percentiles of a state that did not last say
 * how long it lasted. By the means of its intervals, warm-up and ramps left out.
 */
export function stationaryCheck(plan: Plan, summary: Summary): readonly TrustCheck[] {
  const holds = plan.phases
    .filter(phase => phase.judged)
    .map(phase => ({ phase, span: holdOf(plan, summary, phase) }))
    .filter(({ span }) => span.toMs > span.fromMs)
  const longest = holds.toSorted((a, b) => lengthOf(b.span) - lengthOf(a.span))[0]
  if (longest === undefined) return []
  const values = blocks(meansWithin(summary, longest.span))
  const where = holds.length === 1 ? 'the hold' : `the hold of phase "${longest.phase.name}"`
  if (values.length < LEAST_VALUES) {
    return [
      {
        kind: 'stationary',
        result: 'unknown',
        figure: values.length,
        limit: LEAST_VALUES,
        text: `${where} is too short to tell whether response times drifted: ${values.length} ${values.length === 1 ? 'interval' : 'intervals'} with answers, ${LEAST_VALUES} are needed`,
      },
    ]
  }
  const { z, change } = trendOf(values)
  const drifted = Math.abs(z) > DOUBTFUL_Z && Math.abs(change) > DOUBTFUL_CHANGE
  const test = `Mann-Kendall z ${z.toFixed(1)}`
  const by = `by ${formatShare(Math.abs(change))} from start to end, ${test}`
  return [
    {
      kind: 'stationary',
      result: drifted ? 'doubtful' : 'ok',
      figure: Number(change.toPrecision(3)),
      limit: DOUBTFUL_CHANGE,
      text: drifted
        ? `response times ${change < 0 ? 'fell' : 'rose'} over ${where} (${by}): its percentiles are those of no lasting state`
        : Math.abs(z) > DOUBTFUL_Z
          ? `response times hardly drifted over ${where} (${by})`
          : `response times did not drift over ${where} more than by chance (${test})`,
    },
  ]
}

/** The part of a phase in which the load does not change; empty where it always does. */
function holdOf(plan: Plan, summary: Summary, phase: PlannedPhase): Span {
  const span = phaseSpan(summary, phase)
  const load = loadPhase(plan, phase)
  if (load.kind === 'open' && load.fromPerSecond === load.toPerSecond) return span
  if (load.kind === 'iterations') return span
  if (load.kind === 'closed') return { fromMs: Math.min(span.toMs, span.fromMs + load.rampMs), toMs: span.toMs }
  return { fromMs: span.fromMs, toMs: span.fromMs }
}

const lengthOf = (span: Span) => span.toMs - span.fromMs

/** Mean response times, in µs, of the intervals that lie wholly in the span and have any. */
function meansWithin({ measurements }: Summary, span: Span): readonly number[] {
  const { intervalMs } = measurements.plan
  return measurements.intervals.list.flatMap((interval, index) => {
    const fromMs = index * intervalMs
    if (interval === undefined || fromMs < span.fromMs || fromMs + intervalMs > span.toMs) return []
    const mean = meanOf(interval)
    return mean === undefined ? [] : [mean]
  })
}

function meanOf({ byName }: Interval): number | undefined {
  let sumUs = 0
  let timed = 0
  for (const name of byName) {
    sumUs += name?.sumUs ?? 0
    timed += name?.timed ?? 0
  }
  return timed === 0 ? undefined : sumUs / timed
}

/** Neighbours are put together until there are few enough. */
function blocks(values: readonly number[]): readonly number[] {
  const size = Math.ceil(values.length / MOST_VALUES)
  if (size <= 1) return values
  return Array.from({ length: Math.floor(values.length / size) }, (_, block) => {
    const part = values.slice(block * size, (block + 1) * size)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}
