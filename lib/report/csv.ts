import { stringify } from 'csv-stringify/sync'
import { visibleText } from './escape-control.ts'
import type { LatencyFigures, Report, ReportFigures } from './report.ts'

const PERCENTILES = ['p50', 'p66', 'p75', 'p80', 'p90', 'p95', 'p98', 'p99', 'p99.9', 'p99.99'] as const

type Cell = string | number | undefined

const response = (read: (one: LatencyFigures) => number | undefined) => (one: ReportFigures) => read(one.responseTimeMs)

/** Columns carry their units. A figure that was not measured is an empty cell. */
const COLUMNS: readonly (readonly [string, (one: ReportFigures) => Cell])[] = [
  ['count', one => one.count],
  ['failures', one => one.failures],
  ['failureRate', one => one.failureRate],
  ['ratePerSecond', one => one.ratePerSecond],
  ['retried', one => one.retried],
  ['samples', response(one => one.samples)],
  ['minMs', response(one => one.min)],
  ['meanMs', response(one => one.mean)],
  ['stddevMs', response(one => one.stddev)],
  ...PERCENTILES.map(name => [`${name}Ms`, response(one => one[name])] as const),
  ['maxMs', response(one => one.max)],
  ['successP50Ms', one => one.successTimeMs.p50],
  ['successP95Ms', one => one.successTimeMs.p95],
  ['successP99Ms', one => one.successTimeMs.p99],
  ['failedP50Ms', one => one.failedTimeMs.p50],
  ['failedP95Ms', one => one.failedTimeMs.p95],
  ['failedP99Ms', one => one.failedTimeMs.p99],
  ['serviceP95Ms', one => one.serviceTimeMs.p95],
  ['firstByteP95Ms', one => one.firstByteMs.p95],
  ['bytesReceived', one => one.bytesReceived],
  ['bytesSent', one => one.bytesSent],
]

/**
 * What a spreadsheet takes for a formula, also behind blanks and in full width (OWASP, CSV Injection). The library
 * guards the first character as well; it does not look behind blanks.
 */
const FORMULA = /^\s*[=+\-@＝＋－＠|]/u

/** A name as a cell: no line breaks, no controls, never a formula. */
export function csvText(text: string): string {
  const line = visibleText(text)
  return FORMULA.test(line) ? `'${line.trimStart()}` : line
}

const finite = (cell: Cell): string | number =>
  cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell)) ? '' : cell

/**
 * The figures of judged phases as CSV (RFC 4180, lines end in CRLF): a head, one row a request name, and the total in
 * the last row, told by its kind. All text is quoted, so that a spreadsheet that splits at semicolons cannot part it.
 */
export function renderCsv(report: Report): string {
  const rows: readonly (readonly [string, string, ReportFigures])[] = [
    ...report.requests.map(one => ['request', csvText(one.name), one] as const),
    ['total', 'Total', report.total],
  ]
  const records = rows.map(([kind, name, one]) => [kind, name, ...COLUMNS.map(([, read]) => finite(read(one)))])
  return stringify([['kind', 'name', ...COLUMNS.map(([head]) => head)], ...records], {
    record_delimiter: 'windows',
    quoted_string: true,
    quoted_empty: false,
    escape_formulas: true,
  })
}
