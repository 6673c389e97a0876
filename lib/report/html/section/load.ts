import type { Report } from '../../report.ts'
import { formatClock, formatCount, formatMs, formatRate, formatShare, formatSpan } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { countCell, table } from '../table.ts'

/** Each phase's load and what came of it. */
export function phasesSection(report: Report): Markup | undefined {
  if (report.phases.length === 0) return undefined
  return html`<section aria-labelledby="phases"><h2 id="phases">Phases</h2>${table(
    [
      {
        head: 'Phase',
        cell: row => html`${row.name}${row.warmup ? html` <span class="tag">warm-up, not judged</span>` : undefined}`,
        className: 'name',
      },
      { head: 'Load', cell: row => html`<code>${row.text}</code>`, className: 'load' },
      { head: 'Model', cell: row => row.model },
      { head: 'From', cell: row => formatClock(row.startMs), numeric: true },
      { head: 'Length', cell: row => formatSpan(row.durationMs), numeric: true },
      { head: 'Requests', cell: row => formatCount(row.total.count), numeric: true },
      { head: 'Rate', cell: row => formatRate(row.total.ratePerSecond), numeric: true },
      { head: 'Failed', cell: row => countCell(row.total.failures, formatShare(row.total.failureRate)), numeric: true },
      { head: 'P50', cell: row => formatMs(row.total.responseTimeMs.p50), numeric: true },
      { head: 'P95', cell: row => formatMs(row.total.responseTimeMs.p95), numeric: true },
      { head: 'P99', cell: row => formatMs(row.total.responseTimeMs.p99), numeric: true },
    ],
    report.phases,
    { caption: 'Load phases with their figures' },
  )}</section>`
}

/** Iterations of each flow, think time included. */
export function flowsSection(report: Report): Markup | undefined {
  if (report.flows.length === 0) return undefined
  const share = (row: Report['flows'][number]): number | undefined =>
    row.iterations > 0 ? row.failures / row.iterations : undefined
  return html`<section aria-labelledby="flows"><h2 id="flows">Flows</h2>${table(
    [
      { head: 'Flow', cell: row => row.name, sort: row => row.name, className: 'name' },
      { head: 'Iterations', cell: row => formatCount(row.iterations), sort: row => row.iterations, numeric: true },
      { head: 'Failed', cell: row => countCell(row.failures, formatShare(share(row))), sort: share, numeric: true },
      { head: 'Mean', cell: row => formatMs(row.durationMs.mean), sort: row => row.durationMs.mean, numeric: true },
      { head: 'P50', cell: row => formatMs(row.durationMs.p50), sort: row => row.durationMs.p50, numeric: true },
      { head: 'P95', cell: row => formatMs(row.durationMs.p95), sort: row => row.durationMs.p95, numeric: true },
      { head: 'P99', cell: row => formatMs(row.durationMs.p99), sort: row => row.durationMs.p99, numeric: true },
      { head: 'Max', cell: row => formatMs(row.durationMs.max), sort: row => row.durationMs.max, numeric: true },
    ],
    report.flows,
    { caption: 'Flows: iterations and how long they took, think time included', sortable: true },
  )}</section>`
}

/** Each check's passes and failures. */
export function checksSection(report: Report): Markup | undefined {
  const rows = report.requests.flatMap(request =>
    Object.entries(request.checks).map(([text, { pass, fail }]) => ({
      name: request.name,
      text,
      pass,
      fail,
      share: pass + fail > 0 ? pass / (pass + fail) : undefined,
    })),
  )
  if (rows.length === 0) return undefined
  return html`<section aria-labelledby="checks"><h2 id="checks">Checks</h2>${table(
    [
      { head: 'Request', cell: row => row.name, sort: row => row.name, className: 'name' },
      { head: 'Check', cell: row => html`<code>${row.text}</code>`, sort: row => row.text, className: 'wide' },
      { head: 'Held', cell: row => formatCount(row.pass), sort: row => row.pass, numeric: true },
      { head: 'Failed', cell: row => countCell(row.fail, formatCount(row.fail)), sort: row => row.fail, numeric: true },
      { head: 'Share held', cell: row => formatShare(row.share), sort: row => row.share, numeric: true },
    ],
    rows,
    { caption: 'Checks by request name', sortable: true },
  )}</section>`
}
