import { visibleText } from '../escape-control.ts'
import { phaseLabel } from '../phase-label.ts'
import type { Report } from '../report.ts'
import type { Column, RequestTimeline, TimelineData } from './chart/timeline-data.ts'

/** Cells of request names times intervals that a page carries: keeps an hour's report of 20 names well under 1 MB. */
const MOST_CELLS = 20_000

/**
 * The report's intervals as columns, figures rounded to what a picture can show. Names are as a reader sees them, so that
 * the script draws the text that the page was written with.
 */
export function timelineColumns(report: Report): TimelineData {
  const { intervals } = report
  const { intervalMs, durationMs } = report.run
  const lastStart = intervals.at(-1)?.startMs ?? 0
  const endMs = Math.max(Math.min(lastStart + intervalMs, Math.max(durationMs, lastStart + intervalMs / 2)), 1)
  return {
    intervalMs,
    endMs,
    startMs: intervals.map(interval => interval.startMs),
    users: column(intervals, interval => interval.users),
    count: column(intervals, interval => interval.count),
    failures: column(intervals, interval => interval.failures),
    offered: column(intervals, interval => interval.offered),
    p50: column(intervals, interval => interval.responseTimeMs.p50),
    p95: column(intervals, interval => interval.responseTimeMs.p95),
    p99: column(intervals, interval => interval.responseTimeMs.p99),
    max: column(intervals, interval => interval.responseTimeMs.max),
    phases: report.phases
      .filter(phase => phase.durationMs > 0)
      .map(phase => ({
        name: visibleText(phaseLabel(phase)),
        startMs: phase.startMs,
        endMs: phase.startMs + phase.durationMs,
        warmup: phase.warmup,
      })),
    limits: report.verdict.thresholds
      .filter(
        threshold =>
          threshold.unit === 'ms' && WHOLE_RUN.includes(threshold.scope) && /^(p\d|median)/.test(threshold.metric),
      )
      .map(threshold => ({ text: visibleText(threshold.metric), ms: threshold.limit })),
    requests: requestTimelines(report),
  }
}

/** A threshold's scope where it has none of its own. */
const WHOLE_RUN = ['', 'all']

/** The request names that are drawn over time: the most frequent ones, as many as a page can carry. */
function requestTimelines(report: Report): readonly RequestTimeline[] {
  const { intervals } = report
  const measured = new Set(intervals.flatMap(interval => (interval.requests ?? []).map(request => request.name)))
  const room = Math.max(1, Math.floor(MOST_CELLS / Math.max(intervals.length, 1)))
  const names = report.requests
    .filter(request => measured.has(request.name))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, Math.min(room, 60))
    .map(request => request.name)
  const places = new Map(names.map((name, place) => [name, place]))
  const rows = intervals.map(interval => {
    const row: (NonNullable<typeof interval.requests>[number] | undefined)[] = names.map(() => undefined)
    for (const request of interval.requests ?? []) {
      const place = places.get(request.name)
      if (place !== undefined) row[place] = request
    }
    return row
  })
  return names.map((name, place) => ({
    name: visibleText(name),
    count: column(rows, row => row[place]?.count ?? 0),
    failures: column(rows, row => row[place]?.failures ?? 0),
    mean: column(rows, row => row[place]?.meanMs),
    max: column(rows, row => row[place]?.maxMs),
  }))
}

function column<T>(rows: readonly T[], read: (row: T) => number | undefined): Column {
  return rows.map(row => {
    const value = read(row)
    return value === undefined || !Number.isFinite(value)
      ? null
      : Number(value.toPrecision(Number.isInteger(value) ? 15 : 3))
  })
}
