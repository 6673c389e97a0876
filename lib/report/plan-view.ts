import { formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatShare, formatSignificant, plural } from '../measure/format-number.ts'
import { rowsNeeded } from '../plan/data-rows.ts'
import { isPlanFixed, planIterations, planRequests } from '../plan/expected-totals.ts'
import type { Range } from '../plan/flow-cost.ts'
import type { Plan } from '../plan/plan.ts'
import { peakRate, peakUsers } from '../plan/sizing.ts'
import type { Fault } from '../scenario/fault.ts'
import { planCurve } from './plan-view-curve.ts'
import { type TerminalStyle, terminalStyle } from './terminal-style.ts'
import { type TableColumn, tableLines } from './terminal-table.ts'
import { cutEnd, wrapText } from './terminal-text.ts'

export type PlanViewOptions = {
  /** Columns of the terminal. */
  readonly width: number
  readonly colour: boolean
  /** What `planWarnings` and the reader of the scenario found. */
  readonly warnings: readonly Fault[]
  /** One line on what the run will cost; absent locally. */
  readonly cost?: string
}

/** The plan as `squall check` shows it: the load as a picture, what it will do, what it needs, what is worth knowing. */
export function renderPlan(plan: Plan, options: PlanViewOptions): string {
  const width = Math.max(40, options.width)
  const style = terminalStyle(options.colour)
  const sections = [
    heading(plan, width, style),
    planCurve(plan, width, style),
    phaseTable(plan, width, style),
    flowTable(plan, width, style),
    dataTable(plan, width, style),
    needs(plan, options, width, style),
    thresholds(plan, width, style),
    warnings(options.warnings, width, style),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function heading(plan: Plan, width: number, style: TerminalStyle): string[] {
  const { name, target, environment } = plan.scenario
  const where = environment === undefined ? target : `${target} (${environment})`
  return [style.heading(cutEnd(name, width)), ...wrapText(where, width - 2).map(line => `  ${line}`)]
}

const left = (head: string): TableColumn => ({ head, align: 'left', flexible: true })
const right = (head: string): TableColumn => ({ head, align: 'right' })

function titled(title: string, lines: readonly string[], style: TerminalStyle): string[] {
  const [head = '', ...rows] = lines
  return [style.heading(title), style.quiet(head), ...rows]
}

function phaseTable(plan: Plan, width: number, style: TerminalStyle): string[] {
  const several = plan.scenario.tracks.length > 1
  const rows = plan.phases
    .filter(phase => phase.kind !== 'drain')
    .map(phase => [
      (several ? `${plan.scenario.tracks[phase.track]?.name}: ` : '') + phase.name + (phase.warmup ? ' (warm-up)' : ''),
      phase.text,
      formatSpan(phase.startMs),
      phase.kind === 'closed' || phase.kind === 'pause' ? '' : formatCount(phase.arrivals),
      phase.kind === 'pause' ? '' : formatCount(phase.maxUsers),
    ])
  const columns = [left('phase'), left('load'), right('from'), right('iterations'), right('max users')]
  return titled('Phases', tableLines(columns, rows, width), style)
}

function flowTable(plan: Plan, width: number, style: TerminalStyle): string[] {
  const several = plan.scenario.tracks.length > 1
  const shared = plan.scenario.tracks.some(track => track.flows.length > 1)
  const rows = plan.scenario.tracks.flatMap((track, place) => {
    const weights = track.flows.reduce((sum, each) => sum + each.weight, 0)
    return track.flows.map(({ flow, weight }) => [
      flow,
      ...(several ? [track.name] : []),
      ...(shared ? [track.flows.length < 2 || weights === 0 ? '' : formatShare(weight / weights)] : []),
      rangeText(planIterations(plan, flow, place)),
      rangeText(planRequests(plan, flow, place)),
    ])
  })
  const columns = [
    left('flow'),
    ...(several ? [left('load')] : []),
    ...(shared ? [right('share')] : []),
    right('iterations'),
    right('requests'),
  ]
  return titled('Flows', tableLines(columns, rows, width), style)
}

/** `500`, `200 to 500`, `up to 500`, or words where nothing bounds it but the target's speed. */
function rangeText({ min, max }: Range): string {
  if (!Number.isFinite(max)) return min === 0 ? 'as the target answers' : `${formatCount(min)} or more`
  if (Math.round(min) === Math.round(max)) return formatCount(max)
  return min === 0 ? `up to ${formatCount(max)}` : `${formatCount(min)} to ${formatCount(max)}`
}

function dataTable(plan: Plan, width: number, style: TerminalStyle): string[] {
  if (plan.scenario.data.length === 0) return []
  const rows = plan.scenario.data.map(set => [
    set.name,
    `${set.take}, per ${set.per}`,
    formatCount(set.rowCount),
    set.take === 'once' ? (rowsNeeded(plan, set)?.toLocaleString('en-GB') ?? 'as the target answers') : 'any number',
  ])
  return titled(
    'Data',
    tableLines([left('set'), left('take'), right('rows'), right('rows needed')], rows, width),
    style,
  )
}

function needs(plan: Plan, options: PlanViewOptions, width: number, style: TerminalStyle): string[] {
  const judgedMs = plan.phases.filter(phase => phase.judged).reduce((sum, phase) => sum + phase.durationMs, 0)
  const legs = plan.legs.length > 1 ? ` in ${plan.legs.length} legs` : ''
  const requests = planRequests(plan)
  const rate = peakRate(plan)
  const facts: readonly (readonly [string, string])[] = [
    [
      'duration',
      `${plan.phases.some(phase => phase.kind === 'iterations') ? 'at most ' : ''}${formatSpan(plan.loadMs)} and at most ${formatSpan(plan.drainMs)} of drain${judgedMs === 0 ? ', none of it judged' : ''}`,
    ],
    ['requests', rangeText(requests) + (isPlanFixed(plan) ? '' : ', the users deciding how many')],
    ...(rate > 0 ? [['peak rate', `${formatSignificant(rate)} iterations a second`] as const] : []),
    ['users', `${formatCount(peakUsers(plan))} at most at once`],
    ['generators', `${formatCount(plan.shardCount)}${legs}`],
    ['measures', `${plural(plan.requestNames.length, 'request name')}, figures every ${formatSpan(plan.intervalMs)}`],
    ...(options.cost === undefined ? [] : [['cost', options.cost] as const]),
  ]
  return [
    style.heading('Needs'),
    ...facts.flatMap(([name, text]) => {
      const [first = '', ...more] = wrapText(text, width - 14)
      return [`  ${style.quiet(name.padEnd(11))} ${first}`, ...more.map(line => `${' '.repeat(14)}${line}`)]
    }),
  ]
}

function thresholds(plan: Plan, width: number, style: TerminalStyle): string[] {
  const lines = plan.scenario.thresholds.flatMap(threshold => {
    const notes = [
      threshold.default ? 'default' : '',
      threshold.abort && !/or abort/.test(threshold.text) ? 'or abort' : '',
    ]
    const note = notes.filter(text => text !== '').join(', ')
    return wrapText(note === '' ? threshold.text : `${threshold.text} (${note})`, width - 4).map((line, at) =>
      at === 0 ? `  ${line}` : `    ${line}`,
    )
  })
  return lines.length === 0 ? [] : [style.heading('Passes if'), ...lines]
}

function warnings(found: readonly Fault[], width: number, style: TerminalStyle): string[] {
  if (found.length === 0) return []
  const lines = found.flatMap(fault => {
    const place =
      fault.file === undefined
        ? ''
        : `${[fault.file, fault.line, fault.column].filter(part => part !== undefined).join(':')}: `
    const text = [`${place}${fault.message}`, ...(fault.fix === undefined ? [] : [`try: ${fault.fix}`])]
    return text.flatMap((part, at) =>
      wrapText(part, width - 6).map((line, row) => (at + row === 0 ? `  ! ${line}` : `    ${line}`)),
    )
  })
  return [style.heading('Worth knowing'), ...lines]
}
