import { formatActual, formatLimit, formatMargin } from '../judge/format-threshold.ts'
import { columnUnit, formatInstant, formatMs, formatMsColumn, formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatRate, formatShare, MISSING, nounFor, plural } from '../measure/format-number.ts'
import { costText } from './cost-text.ts'
import { markdownCode, markdownText } from './escape-markdown.ts'
import { failureKinds } from './failure-kinds.ts'
import { headline, otherReasons, thresholdNote, VERDICT_WORD } from './headline.ts'
import { offeredRate } from './offered-rate.ts'
import type { Finding, Report, ReportFigures, ThresholdResult } from './report.ts'
import { trustLine, trustLines } from './trust.ts'

/** A comment on a pull request holds 65,536 characters at most. */
const MOST_ROWS = 50

type Column = { readonly head: string; readonly right?: boolean }

/** Cells are Markdown already. */
function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(one => one.head)),
    line(columns.map(one => (one.right === true ? '--:' : '---'))),
    ...rows.map(line),
  ].join('\n')
}

const left = (head: string): Column => ({ head })
const right = (head: string): Column => ({ head, right: true })

function more(hidden: number): string {
  return hidden > 0 ? `\n\nand ${formatCount(hidden)} more in the HTML and JSON reports` : ''
}

function details(summary: string, body: string): string {
  return body === '' ? '' : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`
}

/**
 * The report as GitHub-flavoured Markdown, for a pull request's comment: verdict, thresholds, figures, tables. No text
 * of the scenario or of an answer can become markup, a link, a mention or HTML in it.
 */
export function renderMarkdown(report: Report): string {
  const [top, ...others] = report.findings
  const parts = [
    `## ${markdownText(headline(report))}`,
    reasonList(report),
    thresholdTable(report),
    figureList(report),
    top === undefined ? '' : finding(top),
    runLine(report),
    details('Requests and response times', requestTable(report)),
    details('Failures', errorTable(report)),
    details('Flows', flowTable(report)),
    details('Phases', phaseTable(report)),
    details('Trust', trustList(report)),
    details('Other findings', others.map(finding).join('\n\n')),
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function reasonList(report: Report): string {
  return otherReasons(report)
    .map(reason => `- ${markdownText(reason)}`)
    .join('\n')
}

function thresholdTable({ verdict }: Report): string {
  if (verdict.thresholds.length === 0) return ''
  return table(
    [left('threshold'), right('actual'), right('limit'), right('margin'), right('samples'), left('result')],
    verdict.thresholds.map(one => [
      `${markdownCode(one.text)}${one.default ? ' (default)' : ''}`,
      formatActual(one).replace('<', '&lt;').replace('>', '&gt;'),
      formatLimit(one.limit, one.unit),
      (formatMargin(one) ?? MISSING).replace('<', '&lt;').replace('>', '&gt;'),
      formatCount(one.samples),
      resultCell(one),
    ]),
  )
}

function resultCell(one: ThresholdResult): string {
  const word = one.result === 'inconclusive' ? '' : `**${VERDICT_WORD[one.result]}**`
  const note = thresholdNote(one)
  return [word, note === undefined ? '' : markdownText(note)].filter(part => part !== '').join(' ')
}

const share = (value: number | undefined, digits = 3) =>
  formatShare(value, digits).replace('<', '&lt;').replace('>', '&gt;')

function figureList(report: Report): string {
  const { total } = report
  const { p95, ci95, samples } = total.successTimeMs
  const interval = ci95?.['p95']
  const offered = offeredRate(report)
  const lines = [
    `- **${formatCount(total.count)}** ${nounFor(total.count, 'request')}${total.retried > 0 ? `, and ${formatCount(total.retried)} retried` : ''}`,
    total.failures === 0
      ? '- **0** failures'
      : `- **${formatCount(total.failures)}** ${nounFor(total.failures, 'failure')}, ${share(total.failureRate)}: ${failureKinds(total).map(markdownCode).join(', ')}`,
    p95 === undefined
      ? `- success p95 was not observed in ${plural(samples, 'success', 'successes')}`
      : `- success p95 **${formatMs(p95)}**${interval === undefined ? '' : `, ${formatMs(interval[0])} to ${formatMs(interval[1])} with 95 % confidence`}`,
    total.ratePerSecond === undefined ? '' : `- **${formatRate(total.ratePerSecond)}** answers`,
    offered === undefined
      ? ''
      : `- ${formatRate(offered.startedPerSecond)} iterations started of ${formatRate(offered.offeredPerSecond)} offered`,
  ]
  return lines.filter(line => line !== '').join('\n')
}

function finding(one: Finding): string {
  const evidence = one.evidence.map(text => `\n- ${markdownText(text)}`).join('')
  return `**Finding: ${markdownText(one.title)}** (${one.confidence} confidence)\n${evidence}\n\n${markdownText(one.advice)}`
}

function runLine(report: Report): string {
  const { run, cost } = report
  const environment = run.environment === undefined ? '' : ` (${markdownCode(run.environment)})`
  return [
    `${markdownCode(run.scenario)} against ${markdownCode(run.target)}${environment}, ${formatInstant(run.startedAt)}, ${formatSpan(run.durationMs)}`,
    markdownText(trustLine(report)),
    `run ${markdownCode(run.id)}, squall ${markdownText(run.version)}`,
    ...(cost === undefined ? [] : [`cost ${costText(cost)}`]),
  ].join('  \n')
}

function trustList(report: Report): string {
  return trustLines(report)
    .map(([word, text]) => `- **${word}**: ${markdownText(text)}`)
    .join('\n')
}

function requestTable(report: Report): string {
  const named: readonly (readonly [string, ReportFigures])[] = [
    ...report.requests.slice(0, MOST_ROWS).map(one => [markdownCode(one.name), one] as const),
    ['**Total**', report.total],
  ]
  const unit = columnUnit(Math.max(0, ...named.map(([, one]) => one.responseTimeMs.max ?? 0)))
  const percentiles = ['p50', 'p90', 'p95', 'p99', 'max'] as const
  const rows = named.map(([name, one]) => [
    name,
    formatCount(one.count),
    formatCount(one.failures),
    share(one.failureRate, 2),
    formatRate(one.ratePerSecond),
    ...percentiles.map(percentile => formatMsColumn(one.responseTimeMs[percentile], unit)),
    formatMsColumn(one.successTimeMs.p95, unit),
    formatMsColumn(one.failedTimeMs.p95, unit),
  ])
  const heads = ['count', 'failed', 'share', 'rate', ...percentiles, 'success p95', 'failed p95']
  const lead = `Times in ${unit}, from the intended start.\n\n`
  return lead + table([left('name'), ...heads.map(right)], rows) + more(report.requests.length - MOST_ROWS)
}

function errorTable(report: Report): string {
  const errors = report.requests
    .flatMap(request => request.errors.map(one => ({ ...one, request: request.name })))
    .toSorted((a, b) => b.count - a.count)
  if (errors.length === 0) return ''
  const rows = errors
    .slice(0, MOST_ROWS)
    .map(one => [
      markdownCode(one.request),
      markdownCode(one.kind),
      formatCount(one.count),
      formatSpan(one.firstMs),
      formatSpan(one.lastMs),
      markdownCode([...one.sample].slice(0, 200).join('')),
    ])
  return (
    table([left('name'), left('kind'), right('count'), right('first'), right('last'), left('sample')], rows) +
    more(errors.length - MOST_ROWS)
  )
}

function flowTable(report: Report): string {
  if (report.flows.length === 0) return ''
  const rows = report.flows.map(one => [
    markdownCode(one.name),
    formatCount(one.iterations),
    formatCount(one.failures),
    formatMs(one.durationMs.p50),
    formatMs(one.durationMs.p95),
    formatMs(one.durationMs.max),
  ])
  return table([left('flow'), right('iterations'), right('failed'), right('p50'), right('p95'), right('max')], rows)
}

function phaseTable(report: Report): string {
  if (report.phases.length === 0) return ''
  const rows = report.phases.map(one => [
    `${markdownCode(one.name)}${one.warmup ? ' (warm-up)' : ''}`,
    markdownCode(one.text),
    formatCount(one.total.count),
    share(one.total.failureRate, 2),
    formatRate(one.total.ratePerSecond),
    formatMs(one.total.successTimeMs.p95),
    formatMs(one.total.failedTimeMs.p95),
  ])
  return table(
    [
      left('phase'),
      left('load'),
      right('requests'),
      right('failed'),
      right('rate'),
      right('success p95'),
      right('failed p95'),
    ],
    rows,
  )
}
