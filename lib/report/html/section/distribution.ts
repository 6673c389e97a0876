import type { Report } from '../../report.ts'
import { drawDistribution } from '../chart/distribution.ts'
import { shapeMarkup } from '../chart/shape-markup.ts'
import { formatCount, formatMs } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { table } from '../table.ts'
import { FIRST_WIDTH } from './timeline.ts'

export type DistributionData = {
  readonly bands: Report['distribution']
  readonly marks: readonly { readonly text: string; readonly ms: number; readonly className: string }[]
}

/** The bands from the first to the last that holds anything, and the percentiles to mark. */
export function distributionData(report: Report): DistributionData {
  const holds = (band: Report['distribution'][number]): boolean => band.successes + band.failures > 0
  const first = report.distribution.findIndex(holds)
  const last = report.distribution.findLastIndex(holds)
  const { p50, p95, p99 } = report.total.responseTimeMs
  const marks = Object.entries({ p50, p95, p99 }).flatMap(([name, ms]) =>
    ms === undefined ? [] : [{ text: name, ms, className: name }],
  )
  return { bands: first === -1 ? [] : report.distribution.slice(first, last + 1), marks }
}

/** How often answers took how long, successes and failures apart. */
export function distributionSection(report: Report, data: DistributionData): Markup {
  const { bands, marks } = data
  if (bands.length === 0) {
    return html`<section aria-labelledby="distribution"><h2 id="distribution">Response times</h2><p class="empty">No answer was measured.</p></section>`
  }
  const title = `Distribution of response times: ${marks.map(mark => `${mark.text} ${formatMs(mark.ms)}`).join(', ')}`
  const failed = bands.some(band => band.failures > 0)
  return html`<section aria-labelledby="distribution"><div class="head"><h2 id="distribution">Response times</h2>
<p class="muted">Share of requests by response time, on a logarithmic scale${
    failed
      ? html`: <span class="swatch done"></span> successes, <span class="swatch failed"></span> failures`
      : undefined
  }</p></div>
<figure data-chart="distribution">${shapeMarkup(drawDistribution(bands, marks, FIRST_WIDTH, title))}</figure>
<details class="as-table"><summary>The same as a table</summary>${table(
    [
      { head: 'From', cell: band => formatMs(band.fromMs), numeric: true },
      { head: 'To', cell: band => formatMs(band.toMs), numeric: true },
      { head: 'Successes', cell: band => formatCount(band.successes), numeric: true },
      { head: 'Failures', cell: band => formatCount(band.failures), numeric: true },
    ],
    bands,
    { caption: `Requests by response time, ${report.run.scenario}` },
  )}</details></section>`
}
