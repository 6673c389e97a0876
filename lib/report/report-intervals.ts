import type { HealthInterval } from '../measure/generator-health-intervals.ts'
import type { Interval } from '../measure/intervals.ts'
import type { Measurements } from '../measure/measurements.ts'
import { observedPercentile } from '../measure/percentile-rank.ts'
import { arrivalsBefore } from '../plan/arrivals.ts'
import type { Plan } from '../plan/plan.ts'
import type { IntervalFigures } from './report.ts'
import { msOf } from './report-precision.ts'

/** Request names that are followed over time. A thousand of them over 720 intervals would take 100 MB of JSON. */
const MOST_NAMES = 100

/**
 * The run on its grid of intervals, from the start of the load to `lengthMs`, without holes: an interval in which
 * nothing ended is one with no requests.
 */
export function reportIntervals(plan: Plan, measurements: Measurements, lengthMs: number): readonly IntervalFigures[] {
  const { list } = measurements.intervals
  const followed = mostFrequent(list)
  const count = Math.max(list.length, Math.ceil(lengthMs / plan.intervalMs))
  return Array.from({ length: count }, (_, index) => {
    const startMs = index * plan.intervalMs
    const interval = list[index]
    const offered = offeredBetween(plan, startMs, startMs + plan.intervalMs)
    const requests = interval === undefined ? [] : namedIntervals(plan, interval, followed)
    return {
      startMs,
      users: interval?.users ?? 0,
      count: interval?.count ?? 0,
      failures: interval?.failures ?? 0,
      ...(offered === undefined ? {} : { offered }),
      responseTimeMs: interval === undefined ? {} : times(interval),
      ...generatorFigures(measurements.health.list[index]),
      ...(requests.length === 0 ? {} : { requests }),
    }
  })
}

/** Percentiles in an interval are to within 6.3 %, as its histogram keeps them; the maximum is exact. */
function times({ times }: Interval): IntervalFigures['responseTimeMs'] {
  if (times.count === 0) return {}
  const [p50, p95, p99] = [50, 95, 99].map(percentile => observedPercentile(times, percentile))
  return {
    ...(p50 === undefined ? {} : { p50: msOf(p50) }),
    ...(p95 === undefined ? {} : { p95: msOf(p95) }),
    ...(p99 === undefined ? {} : { p99: msOf(p99) }),
    max: msOf(times.maxUs),
  }
}

/** What the generators knew of themselves; shares are kept in thousandths. */
function generatorFigures(health: HealthInterval | undefined): Pick<IntervalFigures, 'generator'> {
  if (health === undefined) return {}
  const { cpu, wait, loopLagMaxUs, gcUs, connections, descriptors, portsWaiting, lateStarts } = health
  return {
    generator: {
      ...(cpu < 0 ? {} : { cpuShare: cpu / 1000 }),
      ...(wait < 0 ? {} : { waitShare: wait / 1000 }),
      loopLagMs: msOf(loopLagMaxUs),
      gcMs: msOf(gcUs),
      connections,
      ...(descriptors < 0 ? {} : { descriptors }),
      ...(portsWaiting < 0 ? {} : { portsWaiting }),
      lateStarts,
    },
  }
}

/** Places of the names with the most requests; of equals those that the plan has first. */
function mostFrequent(list: readonly (Interval | undefined)[]): ReadonlySet<number> {
  const counts: number[] = []
  for (const interval of list) {
    for (const [place, one] of (interval?.byName ?? []).entries()) {
      counts[place] = (counts[place] ?? 0) + (one?.count ?? 0)
    }
  }
  const places = [...counts.keys()].toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
  return new Set(places.slice(0, MOST_NAMES))
}

function namedIntervals(
  plan: Plan,
  interval: Interval,
  followed: ReadonlySet<number>,
): NonNullable<IntervalFigures['requests']> {
  return interval.byName.flatMap((one, place) => {
    if (one === undefined || one.count === 0 || !followed.has(place)) return []
    const name = plan.requestNames[place] ?? ''
    const timed = one.timed === 0 ? {} : { meanMs: msOf(one.sumUs / one.timed), maxMs: msOf(one.maxUs) }
    return [{ name, count: one.count, failures: one.failures, ...timed }]
  })
}

/** Arrivals due in [fromMs, toMs); undefined where a phase in which users decide is part of it, or nothing is planned. */
function offeredBetween(plan: Plan, fromMs: number, toMs: number): number | undefined {
  const active = plan.phases.filter(
    one => one.kind !== 'pause' && one.kind !== 'drain' && one.startMs < toMs && fromMs < one.startMs + one.durationMs,
  )
  if (active.length === 0 || active.some(one => one.kind !== 'open')) return undefined
  return active.reduce(
    (sum, one) => sum + arrivalsBefore(plan, one, toMs * 1000) - arrivalsBefore(plan, one, fromMs * 1000),
    0,
  )
}
