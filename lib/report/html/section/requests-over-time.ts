import { visibleText } from '../../escape-control.ts'
import type { Report } from '../../report.ts'
import { shapeMarkup } from '../chart/shape-markup.ts'
import { drawSmallMultiple } from '../chart/small-multiple.ts'
import type { TimelineData } from '../chart/timeline-data.ts'
import { formatCount, formatMs, formatShare, plural } from '../format.ts'
import { html, type Markup } from '../markup.ts'

const WIDTH = 350

/** Each request name over time, small and alike, so that the one that behaves differently is seen. */
export function requestsOverTime(report: Report, data: TimelineData): Markup | undefined {
  if (data.requests.length === 0) return undefined
  const left = Math.max(0, report.requests.filter(request => request.count > 0).length - data.requests.length)
  const figures = new Map(report.requests.map(request => [visibleText(request.name), request]))
  const view = { width: WIDTH, fromMs: 0, toMs: data.endMs, logarithmic: false, lines: [] }
  return html`<section aria-labelledby="requests-over-time"><div class="head"><h2 id="requests-over-time">Requests over time</h2>
<p class="muted"><span class="swatch line-done"></span> mean, <span class="swatch line-max"></span> highest response time, <span class="swatch failed"></span> failures; each on a logarithmic scale of its own</p></div>
<div class="multiples">${data.requests.map((request, place) => {
    const of = figures.get(request.name)
    const text = of
      ? `${plural(of.count, 'request')}, ${formatShare(of.failureRate)} failed, p95 ${formatMs(of.responseTimeMs.p95)}`
      : ''
    const title = `${request.name} over time: ${text}`
    return html`<figure class="multiple" data-chart="request" data-place="${place}"><figcaption><b>${request.name}</b><span data-readout>${text}</span></figcaption>${shapeMarkup(drawSmallMultiple(data, request, view, title))}</figure>`
  })}</div>
${left > 0 ? html`<p class="muted">Shown are ${formatCount(data.requests.length)} of ${formatCount(data.requests.length + left)} names, the most frequent; the table above has them all.</p>` : undefined}
</section>`
}
