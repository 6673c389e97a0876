import type { Report } from '../../report.ts'
import { formatDate, formatFigure, formatSpan, formatUsd } from '../format.ts'
import { html, type Markup, type MarkupValue } from '../markup.ts'

/** Everything needed to run it again, and to know that it was the same. */
export function whatRan(report: Report): Markup {
  const { run, cost } = report
  const labels = Object.entries(run.labels)
  const facts: (readonly [string, MarkupValue])[] = [
    ['Scenario', run.scenario],
    ['Command', html`<code>${run.command}</code>`],
    ['Target', run.target],
    ['Environment', run.environment ?? '–'],
    [
      'Labels',
      labels.length > 0 ? labels.map(([name, value]) => html`<span class="tag">${name}: ${value}</span> `) : '–',
    ],
    [
      'Load',
      report.phases.length > 0 ? html`<ol>${report.phases.map(phase => html`<li>${phase.text}</li>`)}</ol>` : '–',
    ],
    ['Scenario hash', html`<code>${run.scenarioHash}</code>`],
    ['Seed', html`<code>${run.seed}</code>`],
    ['Run', html`<code>${run.id}</code>`],
    ['Started', formatDate(run.startedAt)],
    ['Ended', formatDate(run.endedAt)],
    ['Length', `${formatSpan(run.durationMs)}, of which ${formatSpan(run.judgedMs)} judged`],
    ['Intervals', formatSpan(run.intervalMs)],
    ['Sent by', run.dispatcher],
    ['Squall', run.version],
  ]
  if (cost && cost.items.length > 0) {
    const items = cost.items.map(
      item => html`<li>${item.name}: ${formatUsd(item.usd)} (${formatFigure(item.quantity)} × ${item.unit})</li>`,
    )
    facts.push(['Cost', html`<ul>${items}</ul>`])
    facts.push(['Prices', `of AWS in ${cost.region}, ${cost.priceDate}`])
  }
  return html`<section aria-labelledby="what-ran"><h2 id="what-ran">What was run</h2>
<dl class="ran">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`
}
