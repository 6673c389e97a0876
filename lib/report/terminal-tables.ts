import { columnUnit, formatMs, formatMsColumn, formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatRate, formatShare, MISSING } from '../measure/format-number.ts'
import { phaseLabel } from './phase-label.ts'
import type { LatencyFigures, Report, ReportFigures } from './report.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { type TableColumn, tableLines } from './terminal-table.ts'
import { cutEnd, padEnd, wrapText } from './terminal-text.ts'
import { trustLines } from './trust.ts'

/** A terminal is no place for 1,000 request names: the rest is counted, and in the other formats. */
const MOST_ROWS = 40
const MOST_ERRORS = 20

const name = (head: string): TableColumn => ({ head, align: 'left', flexible: true })
const number = (head: string, spare?: number): TableColumn => ({
  head,
  align: 'right',
  ...(spare !== undefined && { spare }),
})

function titled(title: string, lines: readonly string[], style: TerminalStyle, hidden = 0): string[] {
  const [head = '', ...rows] = lines
  const more = hidden > 0 ? [style.quiet(`  and ${formatCount(hidden)} more: see --report html or json`)] : []
  return [style.heading(title), style.quiet(head), ...rows, ...more]
}

/** Name, figures: the requests, then their total. */
function namedFigures(report: Report): readonly (readonly [string, ReportFigures])[] {
  const names = report.requests.slice(0, MOST_ROWS).map(one => [one.name, one] as const)
  return [...names, ['Total', report.total]]
}

const hiddenNames = (report: Report) => Math.max(0, report.requests.length - MOST_ROWS)

/** What was asked how often, how much of it failed, and how long successes and failures took. */
export function requestTable(report: Report, width: number, style: TerminalStyle): string[] {
  const rows = namedFigures(report)
  const unit = columnUnit(Math.max(0, ...rows.map(([, one]) => one.responseTimeMs.max ?? 0)))
  const lines = tableLines(
    [
      name('name'),
      number('count'),
      number('failed'),
      number('share', 2),
      number('rate', 1),
      number('success p95'),
      number('failed p95', 3),
    ],
    rows.map(([label, one]) => [
      label,
      formatCount(one.count),
      formatCount(one.failures),
      formatShare(one.failureRate, 2),
      formatRate(one.ratePerSecond),
      formatMsColumn(one.successTimeMs.p95, unit),
      formatMsColumn(one.failedTimeMs.p95, unit),
    ]),
    width,
  )
  return titled(`Requests (times in ${unit}, from the intended start)`, lines, style, hiddenNames(report))
}

const PERCENTILES = ['p50', 'p66', 'p75', 'p80', 'p90', 'p95', 'p98', 'p99', 'max'] as const
/** The percentiles between which others stand are spared first. */
const SPARE: Readonly<Partial<Record<(typeof PERCENTILES)[number], number>>> = {
  p66: 5,
  p80: 4,
  p98: 3,
  p75: 2,
  p90: 1,
}

/** Response times of all answers by name; successes and failures apart for the total. */
export function percentileTable(report: Report, width: number, style: TerminalStyle): string[] {
  const { total } = report
  const rows: readonly (readonly [string, LatencyFigures])[] = [
    ...namedFigures(report).map(([label, one]) => [label, one.responseTimeMs] as const),
    // Without failures the successes are the total.
    ...(total.failedTimeMs.samples === 0
      ? []
      : ([
          ['  successes', total.successTimeMs],
          ['  failures', total.failedTimeMs],
        ] as const)),
  ]
  const unit = columnUnit(Math.max(0, ...rows.map(([, one]) => one.max ?? 0)))
  const lines = tableLines(
    [name('name'), ...PERCENTILES.map(one => number(one === 'max' ? 'P100' : one.toUpperCase(), SPARE[one]))],
    rows.map(([label, one]) => [label, ...PERCENTILES.map(percentile => formatMsColumn(one[percentile], unit))]),
    width,
  )
  return titled(`Response time percentiles (${unit})`, lines, style, hiddenNames(report))
}

/** Failures by request name and kind, the commonest first, each with the first of its kind as it was seen. */
export function errorTable(report: Report, width: number, style: TerminalStyle): string[] {
  const errors = report.requests
    .flatMap(request => request.errors.map(one => ({ ...one, request: request.name })))
    .toSorted((a, b) => b.count - a.count)
  if (errors.length === 0) return []
  const shown = errors.slice(0, MOST_ERRORS)
  const [head = '', ...rows] = tableLines(
    [name('name'), name('kind'), number('count'), number('first', 1), number('last', 2)],
    shown.map(one => [one.request, one.kind, formatCount(one.count), formatSpan(one.firstMs), formatSpan(one.lastMs)]),
    width,
  )
  const lines = rows.flatMap((row, at) => {
    const sample = cutEnd(shown[at]?.sample ?? '', width - 4)
    return sample.trim() === '' ? [row] : [row, style.quiet(`    ${sample}`)]
  })
  return titled(
    'Failures (first and last from the start of the load)',
    [head, ...lines],
    style,
    errors.length - shown.length,
  )
}

/** Iterations of each flow, think time included. */
export function flowTable(report: Report, width: number, style: TerminalStyle): string[] {
  if (report.flows.length === 0) return []
  const lines = tableLines(
    [name('flow'), number('iterations'), number('failed'), number('p50', 1), number('p95'), number('P100', 2)],
    report.flows.map(one => [
      one.name,
      formatCount(one.iterations),
      formatCount(one.failures),
      formatMs(one.durationMs.p50),
      formatMs(one.durationMs.p95),
      formatMs(one.durationMs.max),
    ]),
    width,
  )
  return titled('Flows (think time included)', lines, style)
}

/** Each phase's load and what came of it; warm-up is shown, and not judged. */
export function phaseTable(report: Report, width: number, style: TerminalStyle): string[] {
  if (report.phases.length < 2) return []
  const lines = tableLines(
    [
      name('phase'),
      number('from', 2),
      number('for', 3),
      number('requests'),
      number('failed'),
      number('rate', 1),
      number('success p95'),
    ],
    report.phases.map(phase => [
      phaseLabel(phase),
      formatSpan(phase.startMs),
      formatSpan(phase.durationMs),
      formatCount(phase.total.count),
      formatShare(phase.total.failureRate, 2),
      formatRate(phase.total.ratePerSecond),
      formatMs(phase.total.successTimeMs.p95),
    ]),
    width,
  )
  return titled('Phases', lines, style)
}

/** Checks that did not always pass. */
export function checkTable(report: Report, width: number, style: TerminalStyle): string[] {
  const failed = report.requests.flatMap(request =>
    Object.entries(request.checks).flatMap(([text, { pass, fail }]) =>
      fail > 0 ? [[request.name, text, pass, fail] as const] : [],
    ),
  )
  if (failed.length === 0) return []
  const shown = failed.toSorted((a, b) => b[3] - a[3]).slice(0, MOST_ERRORS)
  const lines = tableLines(
    [name('name'), name('check'), number('passed'), number('failed')],
    shown.map(([request, text, pass, fail]) => [request, text, formatCount(pass), formatCount(fail)]),
    width,
  )
  return titled('Checks that failed', lines, style, failed.length - shown.length)
}

/** What the verdict had to do without. */
export function lostTable(report: Report, width: number, style: TerminalStyle): string[] {
  if (report.lost.length === 0) return []
  const lines = tableLines(
    [number('leg'), number('shard'), number('share'), name('cause')],
    report.lost.map(one => [
      String(one.leg),
      String(one.shard),
      formatShare(one.share),
      one.cause === '' ? MISSING : one.cause,
    ]),
    width,
  )
  return titled('Lost shards', lines, style)
}

/** What the run answered about itself, a line each. */
export function trustTable(report: Report, width: number, style: TerminalStyle): string[] {
  const lines = trustLines(report)
  if (lines.length === 0) return []
  return [
    style.heading('Trust'),
    ...lines.flatMap(([word, text]) =>
      wrapText(text, width - 12).map((line, at) => `  ${style.quiet(padEnd(at === 0 ? word : '', 8))}  ${line}`),
    ),
  ]
}
