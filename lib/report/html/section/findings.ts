import type { Finding, Report } from '../../report.ts'
import { trustLine } from '../../trust.ts'
import { costText, formatDate, formatSpan, thin } from '../format.ts'
import { html, type Markup } from '../markup.ts'

/** The finding that explains most. */
export function topFinding(report: Report): Markup | undefined {
  const [top] = report.findings
  if (!top) return undefined
  const more = report.findings.length - 1
  return html`<section class="top-finding" aria-labelledby="top-finding"><h2 id="top-finding">Top finding</h2>
${findingMarkup(top, 3)}
${more > 0 ? html`<p><a href="#findings">${more} more ${more === 1 ? 'finding' : 'findings'}</a></p>` : undefined}
</section>`
}

/** All findings, with what they rest on. */
export function findingsSection(report: Report): Markup | undefined {
  if (report.findings.length === 0) return undefined
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<div class="findings">${report.findings.map(finding => findingMarkup(finding, 12))}</div></section>`
}

function findingMarkup(finding: Finding, mostEvidence: number): Markup {
  return html`<article class="finding"><h3>${thin(finding.title)} <span class="tag">${finding.confidence} confidence</span></h3>
${
  finding.evidence.length > 0
    ? html`<ul>${finding.evidence.slice(0, mostEvidence).map(text => html`<li>${thin(text)}</li>`)}</ul>`
    : undefined
}<p class="advice">${finding.advice}</p></article>`
}

/** One line on trust; then target, version, start and cost. */
export function runLine(report: Report): Markup {
  const { run, cost } = report
  const facts: (readonly [string, string])[] = [
    ['Trust', thin(trustLine(report))],
    ['Target', run.environment === undefined ? run.target : `${run.target} (${run.environment})`],
    ['Version', `Squall ${run.version}`],
    ['Start', `${formatDate(run.startedAt)}, for ${formatSpan(run.durationMs)}`],
  ]
  if (cost) facts.push(['Cost', costText(cost)])
  return html`<dl class="run-line">${facts.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`
}
