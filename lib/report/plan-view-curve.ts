import { formatSpan } from '../measure/format-duration.ts'
import { formatShortest } from '../measure/format-number.ts'
import type { Plan, PlannedPhase } from '../plan/plan.ts'
import { usersAt } from '../plan/users.ts'
import { phaseLabel } from './phase-label.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { cutEnd, padEnd, padStart, textWidth } from './terminal-text.ts'

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const
/** Tracks are stacked, each in a shade of its own. */
const SHADES = ['█', '▓', '▒', '░'] as const
const GUTTER = 10
/** A column shows the highest of so many instants in it, so that a short spike is seen. */
const INSTANTS = 8

type Series = { readonly track: string; readonly values: readonly number[] }

/**
 * The load over time as a picture: users of closed phases and iterations a second of open ones, each on its own scale
 * from zero over one axis of time, with the phases' names beneath. Tracks are stacked.
 */
export function planCurve(plan: Plan, width: number, style: TerminalStyle): string[] {
  const columns = Math.max(16, width - GUTTER - 2)
  if (plan.loadMs <= 0) return []
  const users = series(plan, columns, ['closed', 'iterations'], (track, ms) => usersAt(plan, track, ms))
  const rates = series(plan, columns, ['open'], (track, ms) => rateAt(plan, track, ms))
  const most = users.length > 0 && rates.length > 0 ? 5 : 8
  const charts = [
    ...(users.length > 0 ? chart('users', users, most, style) : []),
    ...(rates.length > 0 ? chart('iterations/s', rates, most, style) : []),
  ]
  return [...charts, ...axis(plan, columns, style)]
}

/** Iterations a second that a track's open phases start at an instant; 0 elsewhere. */
function rateAt(plan: Plan, track: number, ms: number): number {
  const phase = phaseAt(plan, track, ms)
  const load = phase === undefined ? undefined : plan.scenario.tracks[track]?.phases[phase.phase]
  if (phase === undefined || load?.kind !== 'open') return 0
  return load.fromPerSecond + ((load.toPerSecond - load.fromPerSecond) * (ms - phase.startMs)) / phase.durationMs
}

function phaseAt(plan: Plan, track: number, ms: number): PlannedPhase | undefined {
  return plan.phases.find(each => each.track === track && each.startMs <= ms && ms < each.startMs + each.durationMs)
}

function series(
  plan: Plan,
  columns: number,
  kinds: readonly PlannedPhase['kind'][],
  read: (track: number, ms: number) => number,
): Series[] {
  const instant = (column: number, i: number) => (plan.loadMs / columns) * (column + (i / (INSTANTS - 1)) * (1 - 1e-9))
  return plan.scenario.tracks.flatMap((track, place) => {
    if (!plan.phases.some(phase => phase.track === place && kinds.includes(phase.kind))) return []
    const values = Array.from({ length: columns }, (_, column) =>
      Math.max(...Array.from({ length: INSTANTS }, (_, i) => read(place, instant(column, i)))),
    )
    return [{ track: track.name, values }]
  })
}

function chart(unit: string, stack: readonly Series[], most: number, style: TerminalStyle): string[] {
  const totals = (stack[0]?.values ?? []).map((_, column) =>
    stack.reduce((sum, one) => sum + (one.values[column] ?? 0), 0),
  )
  const top = Math.max(...totals)
  // A load that never changes needs no height to say so.
  const rows = totals.every(total => total === top) ? 2 : most
  const legend =
    stack.length < 2
      ? ''
      : `  ${stack.map((one, at) => `${SHADES[at % SHADES.length]} ${cutEnd(one.track, 20)}`).join('  ')}`
  const lines = Array.from({ length: rows }, (_, at) => {
    const row = rows - 1 - at
    const cells = totals.map((_, column) => (top > 0 ? cell(stack, column, row, rows, top) : ' ')).join('')
    const label =
      at === 0 ? formatShortest(rounded(top)) : rows > 2 && at === rows / 2 ? formatShortest(rounded(top / 2)) : ''
    return `${style.quiet(`${padStart(label, GUTTER - 2)} ${label === '' ? '│' : '┤'}`)}${cells.trimEnd()}`
  })
  return [style.quiet(`${padStart(unit, GUTTER - 2)}${legend}`), ...lines]
}

/** One character: how much of the row's height the stack fills; the topmost by eighths where there is one track. */
function cell(stack: readonly Series[], column: number, row: number, rows: number, top: number): string {
  const scaled = (value: number) => (value / top) * rows
  let below = 0
  for (const [at, one] of stack.entries()) {
    const value = one.values[column] ?? 0
    const height = scaled(below + value)
    below += value
    // The middle of the row decides whose it is, except for the last partial one.
    if (stack.length > 1 && height > row + 0.5) return SHADES[at % SHADES.length] ?? '█'
  }
  const rest = scaled(below) - row
  if (rest <= 0) return ' '
  if (stack.length > 1) return row === 0 || rest >= 0.25 ? '▁' : ' '
  // What is there is never drawn as nothing.
  return EIGHTHS[Math.min(8, Math.max(1, Math.round(rest * 8)))] ?? '█'
}

/** Enough digits for a scale. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

/** The axis with a tick where a phase starts, its times, and a line of names for each track. */
function axis(plan: Plan, columns: number, style: TerminalStyle): string[] {
  const column = (ms: number) => Math.min(columns - 1, Math.floor((ms / plan.loadMs) * columns))
  const starts = [...new Set(plan.phases.filter(each => each.track >= 0).map(each => each.startMs))].sort(
    (a, b) => a - b,
  )
  const ticks = new Set(starts.map(column))
  const line = Array.from({ length: columns }, (_, at) => (at > 0 && ticks.has(at) ? '┬' : '─')).join('')
  const gutter = ' '.repeat(GUTTER)
  const end = formatSpan(plan.loadMs)
  const times = marks(
    starts.map(ms => ({ at: column(ms), text: ms === 0 ? '0' : formatSpan(ms) })),
    columns - textWidth(end) - 1,
  )
  const names = plan.scenario.tracks.map((track, place) => {
    const own = plan.phases.filter(phase => phase.track === place)
    const labels = own.map((phase, at) => ({
      at: column(phase.startMs),
      text: (plan.scenario.tracks.length > 1 && at === 0 ? `${track.name}: ` : '') + phaseLabel(phase),
    }))
    return gutter + ruler(labels, columns)
  })
  return [
    style.quiet(`${padStart('0', GUTTER - 2)} └${line}`),
    style.quiet(`${gutter}${padEnd(times, columns - textWidth(end))}${end}`),
    ...(plan.phases.length > 2 || plan.scenario.tracks.length > 1 ? names : []),
  ]
}

type Mark = { readonly at: number; readonly text: string }

/** Writes each text at its column where it does not touch the one before; what has no room is left out. */
function marks(list: readonly Mark[], columns: number): string {
  let line = ''
  for (const { at, text } of list) {
    if (textWidth(line) > 0 && textWidth(line) + 1 > at) continue
    if (at + textWidth(text) > columns) continue
    line = padEnd(line, at) + text
  }
  return line
}

/** `│warm-up  │steady`: each name from its phase's first column, cut where the next phase begins. */
function ruler(list: readonly Mark[], columns: number): string {
  let line = ''
  for (const [place, { at, text }] of list.entries()) {
    const end = list[place + 1]?.at ?? columns
    if (end - at < 1) continue
    line = padEnd(line, at) + (end - at < 3 ? '│' : `│${cutEnd(text, end - at - 2)}`)
  }
  return line
}
