import { headline, VERDICT_WORD } from '../../headline.ts'
import type { Report } from '../../report.ts'
import { nounFor, thin } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { verdictIcon } from '../verdict-icon.ts'

const MOST_REASONS = 6

/** The verdict in one sentence, and the reasons that neither it nor the table of thresholds gives. */
export function verdictSection(report: Report): Markup {
  const { result, reasons, thresholds } = report.verdict
  const sentence = headline(report).slice(VERDICT_WORD[result].length + 2)
  const said = new Set([sentence, ...thresholds.map(threshold => threshold.reason)])
  const others = result === 'pass' ? [] : reasons.filter(reason => !said.has(reason))
  return html`<section class="verdict ${result}" aria-labelledby="verdict">
${verdictIcon(result, 56)}
<div>
<h1 id="verdict"><span class="word">${VERDICT_WORD[result]}<span class="unseen">:</span></span> ${thin(sentence)}</h1>
${others.length > 0 ? html`<ul class="reasons">${others.slice(0, MOST_REASONS).map(reason => html`<li>${thin(reason)}</li>`)}</ul>` : undefined}
${others.length > MOST_REASONS ? html`<p class="muted">and ${others.length - MOST_REASONS} more ${nounFor(others.length - MOST_REASONS, 'reason')}</p>` : undefined}
</div>
</section>`
}
