import type { LatencyFigures, Report } from '../../report.ts'
import { trustLines } from '../../trust.ts'
import { formatBytes, formatCount, formatMs, formatShare, thin } from '../format.ts'
import { html, type Markup, type MarkupValue } from '../markup.ts'
import { countCell, table } from '../table.ts'

/** Iterations due, started, missed and cut off, and how late they started. */
export function arrivalsSection(report: Report): Markup {
  const { arrivals } = report
  const causes = Object.entries(arrivals.missedBy).filter(([, count]) => count > 0)
  const { interrupted } = arrivals
  const cutOff: [string, string][] =
    interrupted === undefined ? [] : [['Iterations cut off at the end', formatCount(interrupted)]]
  const facts: (readonly [string, MarkupValue])[] = [
    ['Due', formatCount(arrivals.planned)],
    ['Started', formatCount(arrivals.started)],
    ['Missed', countCell(arrivals.missed, formatCount(arrivals.missed))],
    ...causes.map(([cause, count]): [string, string] => [`Missed: ${CAUSES[cause] ?? cause}`, formatCount(count)]),
    ...cutOff,
    ['Requests cut off at the end', formatCount(report.interrupted)],
    ['Late, p50', formatMs(arrivals.latenessMs.p50)],
    ['Late, p99', formatMs(arrivals.latenessMs.p99)],
    ['Late, most', formatMs(arrivals.latenessMs.max)],
  ]
  return html`<section aria-labelledby="arrivals"><h2 id="arrivals">Arrivals</h2>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`
}

const CAUSES: Readonly<Record<string, string>> = {
  late: 'generator late',
  maxUsers: 'maxUsers reached',
  data: 'data rows used up',
  time: 'time was up',
}

/** Where the time of a request goes, over the whole run. */
export function partsSection(report: Report): Markup {
  const { total } = report
  const parts: { name: string; figures: LatencyFigures | undefined }[] = [
    { name: 'Connect', figures: total.connectMs },
    { name: 'TLS handshake', figures: total.tlsMs },
    { name: 'Send to first byte', figures: total.firstByteMs },
    { name: 'Service time, from the send', figures: total.serviceTimeMs },
    { name: 'Response time, from the intended start', figures: total.responseTimeMs },
  ]
  return html`<section aria-labelledby="parts"><h2 id="parts">Where the time goes</h2>${table(
    [
      { head: 'Part', cell: row => row.name, className: 'name' },
      { head: 'Samples', cell: row => formatCount(row.figures?.samples), numeric: true },
      { head: 'Mean', cell: row => formatMs(row.figures?.mean), numeric: true },
      { head: 'P50', cell: row => formatMs(row.figures?.p50), numeric: true },
      { head: 'P95', cell: row => formatMs(row.figures?.p95), numeric: true },
      { head: 'P99', cell: row => formatMs(row.figures?.p99), numeric: true },
      { head: 'Max', cell: row => formatMs(row.figures?.max), numeric: true },
    ],
    parts,
    { caption: 'Parts of a request’s time' },
  )}<p class="muted">Received ${formatBytes(total.bytesReceived)}, sent ${formatBytes(total.bytesSent)}.</p></section>`
}

/** What the run answered about itself. */
export function trustSection(report: Report): Markup | undefined {
  const lines = trustLines(report)
  if (lines.length === 0) return undefined
  return html`<section aria-labelledby="trust"><h2 id="trust">Trust</h2>
<ul>${lines.map(([word, text]) => html`<li><strong>${word}</strong>: ${thin(text)}</li>`)}</ul></section>`
}

/** The generators' own health: what the figures above rest on. */
export function generatorsSection(report: Report): Markup {
  return html`<section aria-labelledby="generators"><h2 id="generators">Generators</h2>${
    report.generators.length === 0
      ? html`<p class="empty">No generator reported.</p>`
      : table(
          [
            { head: 'Shard', cell: row => formatCount(row.shard), sort: row => row.shard },
            { head: 'State', cell: row => row.state, sort: row => row.state },
            { head: 'CPU of a core', cell: row => formatShare(row.cpuShare), sort: row => row.cpuShare, numeric: true },
            {
              head: 'Busiest second',
              cell: row => formatShare(row.cpuMaxShare),
              sort: row => row.cpuMaxShare,
              numeric: true,
            },
            {
              head: 'Without a core',
              cell: row => formatShare(row.waitShare),
              sort: row => row.waitShare,
              numeric: true,
            },
            { head: 'GC', cell: row => formatShare(row.gcShare), sort: row => row.gcShare, numeric: true },
            {
              head: 'Held up, most',
              cell: row => formatMs(row.loopLagMaxMs),
              sort: row => row.loopLagMaxMs,
              numeric: true,
            },
            {
              head: 'Late, p99',
              cell: row => formatMs(row.latenessMs.p99),
              sort: row => row.latenessMs.p99,
              numeric: true,
            },
            {
              head: 'Late, most',
              cell: row => formatMs(row.latenessMs.max),
              sort: row => row.latenessMs.max,
              numeric: true,
            },
            { head: 'Start skew', cell: startSkew, sort: row => row.startSkewMs, numeric: true },
            {
              head: 'Connections, most',
              cell: row => formatCount(row.connectionsMax),
              sort: row => row.connectionsMax,
              numeric: true,
            },
          ],
          report.generators,
          { caption: 'Generators', sortable: true },
        )
  }${
    report.lost.length > 0
      ? html`<h3>Lost shards</h3>${table(
          [
            { head: 'Leg', cell: row => formatCount(row.leg) },
            { head: 'Shard', cell: row => formatCount(row.shard) },
            { head: 'Share of the load', cell: row => formatShare(row.share), numeric: true },
            { head: 'Cause', cell: row => row.cause, className: 'wide' },
          ],
          report.lost,
          { caption: 'Lost shards' },
        )}`
      : undefined
  }</section>`
}

function startSkew({ startSkewMs, startSkewBoundMs }: Report['generators'][number]): string {
  const skew = formatMs(startSkewMs)
  return startSkewBoundMs === undefined ? skew : `${skew} ± ${formatMs(startSkewBoundMs)}`
}
