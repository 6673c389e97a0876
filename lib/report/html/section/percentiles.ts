import type { LatencyFigures, Report, ReportFigures } from '../../report.ts'
import { columnUnit, formatCount, formatMsColumn, formatShare } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { countCell, type TableColumn, table } from '../table.ts'

type Row = { readonly name: string } & ReportFigures

const PERCENTILES = ['p50', 'p66', 'p75', 'p80', 'p90', 'p95', 'p98', 'p99', 'p99.9', 'p99.99'] as const

const CLOCKS = [
  { id: 'response', name: 'All answers', read: (row: ReportFigures) => row.responseTimeMs },
  { id: 'success', name: 'Successes', read: (row: ReportFigures) => row.successTimeMs },
  { id: 'failed', name: 'Failures', read: (row: ReportFigures) => row.failedTimeMs },
  { id: 'service', name: 'Service time', read: (row: ReportFigures) => row.serviceTimeMs },
  { id: 'first-byte', name: 'First byte', read: (row: ReportFigures) => row.firstByteMs },
] as const

/** More names than this, and only the answers' table is written: the others would make the page heavy. */
const MOST_NAMES_FOR_ALL = 100

/**
 * Percentiles by request name. Which clock is shown is chosen by radio buttons and style alone, so that it works without
 * the script. Times count from the intended start; service time from the send.
 */
export function percentilesSection(report: Report): Markup | undefined {
  if (report.requests.length === 0) return undefined
  const clocks = report.requests.length > MOST_NAMES_FOR_ALL ? CLOCKS.slice(0, 1) : CLOCKS
  return html`<section class="percentiles" aria-labelledby="percentiles">
<div class="head"><h2 id="percentiles">Requests by name</h2></div>
<div class="clock-choice" role="radiogroup" aria-label="Which times">${clocks.map(
    ({ id, name }, place) =>
      html`<input type="radio" name="clock" id="clock-${id}" class="unseen"${place === 0 ? html` checked` : undefined}><label for="clock-${id}">${name}</label>`,
  )}<input type="checkbox" id="intervals" class="unseen"><label for="intervals" class="apart">95 % intervals</label></div>
${clocks.map(({ id, name, read }) => html`<div class="clock ${id}">${percentileTable(report, name, read)}</div>`)}
<p class="muted">Times in ${unitOf(report)}. P100 is the maximum. A dash is a figure that was not observed: p99 needs 100 samples. Response times count from the intended start, service times from the send.</p>
</section>`
}

/** One unit for all tables, so that they compare. */
function unitOf(report: Report): 'ms' | 's' {
  return columnUnit(Math.max(...[report.total, ...report.requests].map(row => row.responseTimeMs.max ?? 0)))
}

function percentileTable(report: Report, name: string, read: (row: ReportFigures) => LatencyFigures): Markup {
  const unit = unitOf(report)
  const columns: TableColumn<Row>[] = [
    { head: 'Request', cell: row => row.name, sort: row => row.name, className: 'name' },
    { head: 'Requests', cell: row => formatCount(row.count), sort: row => row.count, numeric: true },
    {
      head: 'Failed',
      cell: row => countCell(row.failures, formatShare(row.failureRate)),
      sort: row => row.failureRate,
      numeric: true,
    },
    ...PERCENTILES.map(
      (percentile): TableColumn<Row> => ({
        head: percentile.toUpperCase(),
        cell: row => latencyCell(read(row), percentile, unit),
        sort: row => read(row)[percentile],
        numeric: true,
      }),
    ),
    { head: 'P100', cell: row => formatMsColumn(read(row).max, unit), sort: row => read(row).max, numeric: true },
    {
      head: 'Success P95',
      cell: row => formatMsColumn(row.successTimeMs.p95, unit),
      sort: row => row.successTimeMs.p95,
      numeric: true,
    },
    {
      head: 'Failed P95',
      cell: row => formatMsColumn(row.failedTimeMs.p95, unit),
      sort: row => row.failedTimeMs.p95,
      numeric: true,
    },
  ]
  return table(columns, report.requests, {
    caption: `${name}: percentiles by request name`,
    total: { name: 'All requests', ...report.total },
    sortable: true,
    className: 'plain dense',
  })
}

function latencyCell(figures: LatencyFigures, percentile: (typeof PERCENTILES)[number], unit: 'ms' | 's'): Markup {
  const interval = figures.ci95?.[percentile]
  const value = formatMsColumn(figures[percentile], unit)
  if (!interval || figures[percentile] === undefined) return html`${value}`
  return html`${value}<small class="ci">${formatMsColumn(interval[0], unit)}–${formatMsColumn(interval[1], unit)}</small>`
}
