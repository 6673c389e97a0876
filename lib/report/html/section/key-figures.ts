import { failureKinds } from '../../failure-kinds.ts'
import { offeredRate } from '../../offered-rate.ts'
import type { Report, ReportFigures } from '../../report.ts'
import { formatCount, formatMs, formatRate, formatShare, formatSpan, nounFor, plural, thin } from '../format.ts'
import { html, type Markup, type MarkupValue } from '../markup.ts'

/** The four figures: how much was asked, what failed, how long a success took, and whether the load was what was meant. */
export function keyFigures(report: Report): Markup {
  const { total } = report
  const retried = total.retried > 0 ? `, and ${formatCount(total.retried)} retried` : ''
  return html`<section class="figures" aria-label="Key figures">
${figure('Requests', formatCount(total.count), `judged over ${formatSpan(report.run.judgedMs)}${retried}`)}
${figure('Failures', formatShare(total.failureRate), failures(total), total.failures > 0)}
${figure('Success p95', formatMs(total.successTimeMs.p95), successInterval(total))}
${figure('Answers', formatRate(total.ratePerSecond), offered(report))}
</section>`
}

function figure(name: string, value: string, detail: MarkupValue, bad = false): Markup {
  return html`<div class="figure"><h2>${name}</h2><p class="value${bad ? ' bad' : ''}">${value}</p><div class="detail">${detail}</div></div>`
}

function failures(total: ReportFigures): MarkupValue {
  if (total.count === 0) return 'no request was judged'
  if (total.failures === 0) return 'none'
  const kinds = failureKinds(total)
  return html`${plural(total.failures, 'request')}<ul class="kinds">${kinds.map(kind => html`<li>${thin(kind)}</li>`)}</ul>`
}

function successInterval(total: ReportFigures): string {
  const { samples, ci95, p95 } = total.successTimeMs
  const interval = ci95?.['p95']
  if (samples === 0) return 'no request succeeded'
  if (p95 === undefined) return `not observed in ${plural(samples, 'success', 'successes')}`
  if (!interval) return `of ${plural(samples, 'success', 'successes')}`
  return `${formatMs(interval[0])} to ${formatMs(interval[1])} with 95 % confidence`
}

/** A schedule offers iterations, so that what was started is compared with it in iterations; answers stand above. */
function offered(report: Report): string {
  const rate = offeredRate(report)
  if (rate) {
    return `${formatRate(rate.startedPerSecond)} iterations started of ${formatRate(rate.offeredPerSecond)} offered`
  }
  const { planned, started } = report.arrivals
  if (planned !== undefined)
    return `${plural(started, 'iteration')} started, ${formatCount(planned)} ${nounFor(planned, 'was', 'were')} due`
  const closed = report.phases.some(phase => phase.model === 'closed')
  return `${plural(started, 'iteration')} started${closed ? '; users set the pace' : ''}`
}
