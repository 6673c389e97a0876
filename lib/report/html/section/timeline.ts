import type { Report } from '../../report.ts'
import { shapeMarkup } from '../chart/shape-markup.ts'
import { drawTimeline } from '../chart/timeline.ts'
import { firstLines, LATENCY_LINES, type TimelineData } from '../chart/timeline-data.ts'
import { formatClock, formatCount, formatMs, formatSpan } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { table } from '../table.ts'

/** Width of the drawing before the script fits it to the window. */
export const FIRST_WIDTH = 1120

/** The run over time on one axis, with controls for the script and the same as a table for those who do not see it. */
export function timelineSection(report: Report, data: TimelineData): Markup {
  if (data.startMs.length === 0) {
    return html`<section aria-labelledby="over-time"><h2 id="over-time">Over time</h2><p class="empty">No interval was measured.</p></section>`
  }
  const lines = firstLines(data)
  const view = { width: FIRST_WIDTH, fromMs: 0, toMs: data.endMs, logarithmic: false, lines }
  const title = timelineText(report)
  return html`<section aria-labelledby="over-time">
<div class="head"><h2 id="over-time">Over time</h2><div class="controls" data-controls hidden>
<div class="group" role="group" aria-label="Lines shown">${LATENCY_LINES.map(
    line =>
      html`<button type="button" class="key ${line}" data-line="${line}" aria-pressed="${String(lines.includes(line))}">${line}</button>`,
  )}</div>
<button type="button" data-logarithmic aria-pressed="false">log scale</button>
<label>Part <select data-part><option value="">whole run</option>${data.phases.map(
    (phase, place) => html`<option value="${place}">${phase.name}</option>`,
  )}<option value="chosen" hidden>chosen</option></select></label>
</div></div>
<figure class="timeline" data-chart="timeline">${shapeMarkup(drawTimeline(data, view, title).shape)}</figure>
<p class="hint" data-hint hidden>Drag over the chart to look closer, double-click for the whole run. With the keyboard: arrows move, + and − zoom, 0 resets.</p>
<details class="as-table"><summary>The same as a table</summary>${intervalTable(report)}</details>
</section>`
}

/** What the chart shows, in words. */
function timelineText(report: Report): string {
  const { intervals } = report
  const most = (read: (interval: (typeof intervals)[number]) => number | undefined): number =>
    intervals.reduce((found, interval) => Math.max(found, read(interval) ?? 0), 0)
  const p95 = most(interval => interval.responseTimeMs.p95)
  return [
    `Chart over ${formatSpan(report.run.durationMs)} in intervals of ${formatSpan(report.run.intervalMs)}.`,
    `Most users at once: ${formatCount(most(interval => interval.users))}.`,
    `Most requests in an interval: ${formatCount(most(interval => interval.count))}.`,
    p95 > 0 ? `Highest p95 of an interval: ${formatMs(p95)}.` : 'No p95 was observed in an interval.',
    `Most failures in an interval: ${formatCount(most(interval => interval.failures))}.`,
  ].join(' ')
}

const MOST_ROWS = 60

/** At most 60 rows. Percentiles are never averaged: where a row stands for several intervals it gives the highest. */
function intervalTable(report: Report): Markup {
  const { intervals } = report
  const size = Math.ceil(intervals.length / MOST_ROWS)
  const rows = Array.from({ length: Math.ceil(intervals.length / size) }, (_, row) => {
    const group = intervals.slice(row * size, (row + 1) * size)
    const highest = (read: (interval: (typeof intervals)[number]) => number | undefined): number | undefined => {
      const values = group.map(read).filter(value => value !== undefined)
      return values.length > 0 ? Math.max(...values) : undefined
    }
    return {
      startMs: group[0]?.startMs ?? 0,
      users: highest(interval => interval.users),
      count: group.reduce((sum, interval) => sum + interval.count, 0),
      failures: group.reduce((sum, interval) => sum + interval.failures, 0),
      p50: highest(interval => interval.responseTimeMs.p50),
      p95: highest(interval => interval.responseTimeMs.p95),
      p99: highest(interval => interval.responseTimeMs.p99),
      max: highest(interval => interval.responseTimeMs.max),
    }
  })
  const note =
    size > 1
      ? html`<p class="muted">A row stands for ${size} intervals: sums of requests and failures, the highest of users and of each percentile.</p>`
      : undefined
  return html`${note}${table(
    [
      { head: 'From', cell: row => formatClock(row.startMs), numeric: true },
      { head: 'Users', cell: row => formatCount(row.users), numeric: true },
      { head: 'Requests', cell: row => formatCount(row.count), numeric: true },
      { head: 'Failures', cell: row => formatCount(row.failures), numeric: true },
      { head: 'p50', cell: row => formatMs(row.p50), numeric: true },
      { head: 'p95', cell: row => formatMs(row.p95), numeric: true },
      { head: 'p99', cell: row => formatMs(row.p99), numeric: true },
      { head: 'max', cell: row => formatMs(row.max), numeric: true },
    ],
    rows,
    { caption: 'The run over time' },
  )}`
}
