import type { Report, ThresholdResult } from '../../report.ts'
import { formatActual, formatCount, formatLimit, formatMargin, thin } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { table } from '../table.ts'
import { verdictIcon } from '../verdict-icon.ts'

/** Each threshold with what was measured: failures first, as the eye looks for them. */
export function thresholdsSection(report: Report): Markup {
  const order = { fail: 0, inconclusive: 1, pass: 2 }
  const rows = report.verdict.thresholds.toSorted((a, b) => order[a.result] - order[b.result])
  if (rows.length === 0) return html``
  return html`<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds</h2>
${table(
  [
    {
      head: 'Threshold',
      cell: row =>
        html`<span class="with-icon">${verdictIcon(row.result, 18)}<span><code>${row.text}</code>${
          row.default ? html` <span class="tag">default</span>` : undefined
        }${row.result === 'pass' && row.unanswered === undefined ? undefined : html`<span class="reason">${thin(row.reason)}</span>`}</span></span>`,
      className: 'wide',
    },
    { head: 'Actual', numeric: true, cell: row => html`<strong class="${row.result}">${formatActual(row)}</strong>` },
    { head: 'Against the limit', cell: limitBar, className: 'bar-cell' },
    { head: 'Limit', numeric: true, cell: row => formatLimit(row) },
    { head: 'Margin', numeric: true, cell: row => formatMargin(row) },
    { head: 'Samples', numeric: true, cell: row => formatCount(row.samples) },
    { head: 'Result', cell: row => html`<span class="${row.result}">${row.result}</span>` },
  ],
  rows,
  { caption: 'Thresholds with their actual figures, limits and results', className: 'plain thresholds' },
)}</section>`
}

const WIDTH = 120

/** The figure as a bar on a scale that ends at twice the limit: the limit always stands in the middle. */
function limitBar(threshold: ThresholdResult): Markup {
  const { actual, limit } = threshold
  if (actual === undefined || !Number.isFinite(actual)) return html`<span class="muted">not observed</span>`
  const share = limit > 0 ? actual / limit / 2 : actual > 0 ? 1 : 0
  const width = Math.round(Math.min(share, 1) * WIDTH * 10) / 10
  const over = share > 1
  return html`<svg class="limit-bar ${threshold.result}" viewBox="0 0 ${WIDTH} 14" width="${WIDTH}" height="14" aria-hidden="true"><rect class="track" x="0" y="4" width="${WIDTH}" height="6" rx="3"/><rect class="fill" x="0" y="4" width="${actual > 0 ? Math.max(width, 2) : 0}" height="6" rx="3"/>${
    over ? html`<path class="over" d="M${WIDTH - 9} 2.5l-4 9M${WIDTH - 5} 2.5l-4 9"/>` : undefined
  }<line class="at" x1="${WIDTH / 2}" x2="${WIDTH / 2}" y1="0" y2="14"/></svg>`
}
