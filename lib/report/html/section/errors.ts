import type { ErrorFigures, Report } from '../../report.ts'
import { formatClock, formatCount, formatShare } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { table } from '../table.ts'

type Row = ErrorFigures & { readonly name: string; readonly of: number }

/** What failed, where, how often, from when to when, and the first of its kind as it was. */
export function errorsSection(report: Report): Markup {
  const rows = report.requests
    .flatMap(request => request.errors.map((error): Row => ({ ...error, name: request.name, of: request.count })))
    .toSorted((a, b) => b.count - a.count)
  const statuses = Object.entries(report.total.statuses).toSorted(([a], [b]) => a.localeCompare(b))
  return html`<section aria-labelledby="errors"><h2 id="errors">Errors</h2>
${
  rows.length === 0
    ? html`<p class="empty">${report.total.count > 0 ? 'No judged request failed.' : 'No request was judged.'}</p>`
    : table(
        [
          { head: 'Request', cell: row => row.name, sort: row => row.name, className: 'name' },
          { head: 'Kind', cell: row => row.kind, sort: row => row.kind },
          { head: 'Count', cell: row => formatCount(row.count), sort: row => row.count, numeric: true },
          {
            head: 'Of requests',
            cell: row => formatShare(row.of > 0 ? row.count / row.of : undefined),
            sort: row => (row.of > 0 ? row.count / row.of : undefined),
            numeric: true,
          },
          { head: 'First', cell: row => formatClock(row.firstMs), sort: row => row.firstMs, numeric: true },
          { head: 'Last', cell: row => formatClock(row.lastMs), sort: row => row.lastMs, numeric: true },
          { head: 'Sample', cell: row => html`<code>${row.sample}</code>`, className: 'wide' },
        ],
        rows,
        { caption: 'Errors by request name and kind', sortable: true },
      )
}
${
  statuses.length > 0
    ? html`<p class="statuses">Answers by status: ${statuses.map(([status, count]) => html`<span><b>${status}</b> ${formatCount(count)}</span> `)}</p>`
    : undefined
}</section>`
}
