import { formatActual, formatLimit, formatMargin } from '../judge/format-threshold.ts'
import type { VerdictResult } from '../judge/verdict.ts'
import { formatInstant, formatMs, formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatRate, formatShare, MISSING, plural } from '../measure/format-number.ts'
import { costText } from './cost-text.ts'
import { failureKinds } from './failure-kinds.ts'
import { headline, otherReasons, thresholdNote } from './headline.ts'
import { type OfferedRate, offeredRate } from './offered-rate.ts'
import type { Finding, LatencyFigures, Report } from './report.ts'
import { curveLines } from './terminal-curve.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { tableLines } from './terminal-table.ts'
import { padEnd, padStart, textWidth, wrapItems, wrapText } from './terminal-text.ts'
import { trustLine } from './trust.ts'

/** Paragraphs of a report; an empty one is left out. */
export type Paragraph = readonly string[]

/** What a reader sees first: the verdict and what it rests on. */
export function firstScreen(report: Report, width: number, style: TerminalStyle): Paragraph[] {
  const [top] = report.findings
  return [
    verdictLines(report, width, style),
    thresholdLines(report, width, style),
    figureLines(report, width, style),
    curveLines(report, width, style),
    top === undefined ? [] : findingLines(top, width, style),
    runLines(report, width, style),
  ]
}

/** The sentence, and the reasons that it does not name. */
function verdictLines(report: Report, width: number, style: TerminalStyle): string[] {
  const paint = style.verdict(report.verdict.result)
  return [
    ...wrapText(headline(report), width).map(line => paint(line)),
    ...otherReasons(report).flatMap(reason => wrapText(reason, width - 2).map(line => `  ${line}`)),
  ]
}

function thresholdLines(report: Report, width: number, style: TerminalStyle): string[] {
  const { thresholds } = report.verdict
  if (thresholds.length === 0) return []
  const [head = '', ...lines] = tableLines(
    [
      { head: '', align: 'left' },
      { head: 'threshold', align: 'left', flexible: true },
      { head: 'actual', align: 'right' },
      { head: 'limit', align: 'right' },
      { head: 'margin', align: 'right', spare: 1 },
      { head: 'samples', align: 'right', spare: 2 },
    ],
    thresholds.map(one => [
      THRESHOLD_MARK[one.result],
      one.default ? `${one.text} (default)` : one.text,
      formatActual(one),
      formatLimit(one.limit, one.unit),
      formatMargin(one) ?? MISSING,
      formatCount(one.samples),
    ]),
    width,
  )
  return [
    style.quiet(head),
    ...thresholds.flatMap((one, at) => {
      const line = lines[at] ?? ''
      const mark = THRESHOLD_MARK[one.result]
      const note = thresholdNote(one)
      const why = note === undefined ? [] : wrapText(note, width - 8)
      // The mark stands behind the indent of two, and no text of the user's before it.
      return [
        `  ${style.verdict(one.result)(mark)}${line.slice(2 + mark.length)}`,
        ...why.map(text => style.quiet(`        ${text}`)),
      ]
    }),
  ]
}

const THRESHOLD_MARK: Readonly<Record<VerdictResult, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: '?' }

/** Requests, failures by kind, success p95 with its interval, what was done of what was offered. */
function figureLines(report: Report, width: number, style: TerminalStyle): string[] {
  const { total } = report
  const p95 = total.successTimeMs.p95
  const offered = offeredRate(report)
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['Requests', formatCount(total.count), total.retried > 0 ? [`and ${formatCount(total.retried)} retried`] : []],
    [
      'Failures',
      formatCount(total.failures),
      total.failures === 0 ? [] : [formatShare(total.failureRate), ...failureKinds(total)],
    ],
    ['Success p95', formatMs(p95), [p95Detail(total.successTimeMs)]],
    ['Answers', formatRate(total.ratePerSecond), offered === undefined ? [] : [offeredDetail(offered)]],
  ]
  const values = Math.max(...rows.map(([, value]) => textWidth(value)))
  return rows.flatMap(([label, value, details]) => {
    const indent = ' '.repeat(2 + 11 + 2 + values + 3)
    const [first = '', ...rest] = wrapItems(details, width - indent.length)
    const lead = `  ${padEnd(label, 11)}  ${style.strong(padStart(value, values))}`
    return [first === '' ? lead : `${lead}   ${first}`, ...rest.map(line => indent + line)]
  })
}

function p95Detail({ samples, p95, ci95 }: LatencyFigures): string {
  if (p95 === undefined) return `not observed in ${plural(samples, 'success', 'successes')}`
  const interval = ci95?.['p95']
  if (interval === undefined) return `of ${plural(samples, 'success', 'successes')}`
  return `${formatMs(interval[0])} to ${formatMs(interval[1])} with 95 % confidence`
}

function offeredDetail({ startedPerSecond, offeredPerSecond }: OfferedRate): string {
  return `${formatRate(startedPerSecond)} iterations started of ${formatRate(offeredPerSecond)} offered`
}

/** A diagnosis: title, what it rests on, what to do. */
export function findingLines(finding: Finding, width: number, style: TerminalStyle): string[] {
  const [first = '', ...rest] = wrapText(`Finding: ${finding.title} (${finding.confidence} confidence)`, width - 2)
  return [
    ...[first, ...rest].map(line => style.heading(`  ${line}`)),
    ...finding.evidence.flatMap(text =>
      wrapText(text, width - 6).map((line, at) => `${at === 0 ? '    - ' : '      '}${line}`),
    ),
    ...wrapText(finding.advice, width - 4).map(line => `    ${line}`),
  ]
}

/** What was run, when, by what, and how far it can be trusted. */
function runLines(report: Report, width: number, style: TerminalStyle): string[] {
  const { run, cost } = report
  const rows: readonly (readonly [string, string])[] = [
    ['Trust', trustLine(report)],
    ['Target', run.environment === undefined ? run.target : `${run.target} (${run.environment})`],
    ['Run', `${run.scenario}, ${run.id}, squall ${run.version}`],
    [
      'Start',
      `${formatInstant(run.startedAt)}, ${formatSpan(run.durationMs)}, of which ${formatSpan(run.judgedMs)} judged`,
    ],
    ['Cost', cost === undefined ? '' : costText(cost)],
  ]
  return rows.flatMap(([label, text]) =>
    wrapText(text, width - 15).map((line, at) => `  ${style.quiet(padEnd(at === 0 ? label : '', 11))}  ${line}`),
  )
}
