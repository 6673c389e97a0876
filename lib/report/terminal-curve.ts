import { formatMs, formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatSignificant } from '../measure/format-number.ts'
import { phaseLabel } from './phase-label.ts'
import type { IntervalFigures, Report } from './report.ts'
import { type ColumnSpan, columnSpans, sparkline } from './sparkline.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { cutEnd, padEnd, textWidth } from './terminal-text.ts'

const LABEL = 12
const SCALE = 15

type Row = {
  readonly label: string
  readonly values: readonly (number | undefined)[]
  readonly scale: string
  readonly zeroBlank?: boolean
}

/** A maximum over a column's intervals: percentiles are never averaged, so a column shows its worst interval. */
function worst(
  intervals: readonly IntervalFigures[],
  span: ColumnSpan,
  read: (one: IntervalFigures) => number | undefined,
) {
  const values = intervals.slice(span.from, span.to).flatMap(one => read(one) ?? [])
  return values.length === 0 ? undefined : Math.max(...values)
}

/** A mean over a column's intervals, for counts. */
function mean(intervals: readonly IntervalFigures[], span: ColumnSpan, read: (one: IntervalFigures) => number) {
  const values = intervals.slice(span.from, span.to).map(read)
  return values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length
}

/**
 * Load, rate, p95 and failures on one time axis, one line each, with the phases' names beneath. Empty for a run without
 * intervals.
 */
export function curveLines(
  report: Pick<Report, 'intervals' | 'phases' | 'run'>,
  width: number,
  style: TerminalStyle,
): string[] {
  const { intervals } = report
  const room = width - 2 - LABEL - SCALE
  if (intervals.length === 0 || room < 8) return []
  const spans = columnSpans(intervals.length, room)
  const seconds = report.run.intervalMs / 1000
  const users = spans.map(span => worst(intervals, span, one => one.users))
  const rate = spans.map(span => mean(intervals, span, one => one.count / seconds))
  const p95 = spans.map(span => worst(intervals, span, one => one.responseTimeMs.p95))
  const failures = spans.map(span => mean(intervals, span, one => one.failures / seconds))
  const top = (values: readonly (number | undefined)[]) => Math.max(0, ...values.flatMap(value => value ?? []))
  const topOf = (read: (one: IntervalFigures) => number | undefined) =>
    Math.max(0, ...intervals.flatMap(one => read(one) ?? []))
  const rows: Row[] = [
    { label: 'users', values: users, scale: formatCount(topOf(one => one.users)) },
    { label: 'requests/s', values: rate, scale: formatSignificant(topOf(one => one.count / seconds)) },
    {
      label: 'p95',
      values: p95,
      scale: top(p95) === 0 ? 'not observed' : formatMs(topOf(one => one.responseTimeMs.p95)),
    },
    {
      label: 'failures/s',
      values: failures,
      scale: formatSignificant(topOf(one => one.failures / seconds)),
      zeroBlank: true,
    },
  ]
  const lengthMs = intervals.length * report.run.intervalMs
  const warm = spans.map(({ from }) => isWarmup(report.phases, from * report.run.intervalMs))
  return [
    ...rows.map(row => {
      const bars = [...sparkline(row.values, { zeroBlank: row.zeroBlank === true })]
      const paint = row.label === 'failures/s' ? style.failed : (text: string) => text
      const curve = paintedRuns(bars, warm, style.quiet, paint)
      return `  ${padEnd(row.label, LABEL)}${curve}  ${style.quiet(`max ${row.scale}`)}`
    }),
    `  ${' '.repeat(LABEL)}${style.quiet(phaseRuler(report.phases, lengthMs, room))}  ${style.quiet(formatSpan(lengthMs))}`,
  ]
}

function isWarmup(phases: Report['phases'], atMs: number): boolean {
  const active = phases.filter(phase => phase.startMs <= atMs && atMs < phase.startMs + phase.durationMs)
  return active.length > 0 && active.every(phase => phase.warmup)
}

/** Paints neighbouring characters together: warm-up pale, the rest as it should be. */
function paintedRuns(
  bars: readonly string[],
  pale: readonly boolean[],
  quiet: (text: string) => string,
  paint: (text: string) => string,
) {
  let line = ''
  for (let from = 0; from < bars.length; ) {
    let to = from + 1
    while (to < bars.length && pale[to] === pale[from]) to++
    line += (pale[from] === true ? quiet : paint)(bars.slice(from, to).join(''))
    from = to
  }
  return line
}

/** `│warm-up  │steady            │rate 50/s -> 500/s`: each phase from its first column on. */
function phaseRuler(phases: Report['phases'], lengthMs: number, width: number): string {
  const column = (ms: number) => Math.min(width, Math.max(0, Math.round((ms / lengthMs) * width)))
  let line = ''
  for (const phase of phases.toSorted((a, b) => a.startMs - b.startMs)) {
    const from = column(phase.startMs)
    const to = column(phase.startMs + phase.durationMs)
    // Phases of several tracks overlap: what has begun before the last one's end is not drawn again.
    if (from < textWidth(line) || to - from < 2) continue
    const label = cutEnd(phaseLabel(phase), to - from - 2)
    line = `${padEnd(line, from)}│${padEnd(label, to - from - 1)}`
  }
  return padEnd(line, width)
}
