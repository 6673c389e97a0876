import { formatClock } from '../format.ts'
import { timeTicks } from './scale.ts'
import { horizontal, label, round, type Shape, shape, vertical } from './shape.ts'
import { intervalLengthMs, type TimelineData, type TimelineView } from './timeline-data.ts'

/** What all panels of one drawing share. */
export type Frame = {
  readonly data: TimelineData
  readonly view: TimelineView
  readonly left: number
  readonly right: number
  readonly narrow: boolean
  /** Places of the visible intervals. */
  readonly places: readonly number[]
}

export type Panel = {
  readonly name: string
  readonly height: number
  readonly draw: (top: number, bottom: number) => Shape[]
}

/** The place of an instant on the time axis, kept inside the plot. */
export function timeX(frame: Frame, ms: number): number {
  const { fromMs, toMs } = frame.view
  const share = (ms - fromMs) / Math.max(toMs - fromMs, 1)
  return frame.left + Math.min(Math.max(share, 0), 1) * (frame.right - frame.left)
}

export function intervalCentre(data: TimelineData, place: number): number {
  return (data.startMs[place] ?? 0) + intervalLengthMs(data, place) / 2
}

/** A panel's title, its grid lines and the labels of its y axis. */
export function axisLabels(
  frame: Frame,
  title: string,
  top: number,
  ticks: readonly (readonly [y: number, text: string])[],
): Shape[] {
  return [
    label(frame.left, top - 11, title, 'panel-title'),
    ...ticks.flatMap(([y, text], index) => [
      horizontal(frame.left, frame.right, y, index === 0 ? 'base' : 'grid'),
      label(frame.left - 8, y + 4, text, 'tick', 'end'),
    ]),
  ]
}

/** Labels to the right of the plot, moved apart where they would overlap. */
export function endLabels(frame: Frame, ends: readonly { y: number; text: string; className: string }[]): Shape[] {
  let lowest = Number.POSITIVE_INFINITY
  return [...ends]
    .sort((a, b) => b.y - a.y)
    .map(end => {
      const y = Math.min(end.y, lowest - 13)
      lowest = y
      return label(frame.right + 8, y + 4, end.text, `end ${end.className}`)
    })
}

export function timeAxis(frame: Frame, top: number, bottom: number): { grid: Shape[]; labels: Shape[] } {
  const { fromMs, toMs } = frame.view
  const ticks = timeTicks(fromMs, toMs, Math.max(2, Math.floor((frame.right - frame.left) / 90)))
  return {
    grid: ticks.map(ms => vertical(timeX(frame, ms), top, bottom, 'grid')),
    labels: ticks.map(ms => label(timeX(frame, ms), bottom + 19, formatClock(ms), 'tick', 'middle')),
  }
}

const ROW = 18
/** Mean width of a character of a phase's name at its size, in px: enough to know what will not fit. */
const CHARACTER = 6.4

/** Phases by name above the panels, warm-up shaded, a line where each begins. Phases of flows with a load of their own get rows of their own. */
export function phaseMarks(frame: Frame): {
  height: number
  shades: (top: number, bottom: number) => Shape[]
  lines: (top: number, bottom: number) => Shape[]
} {
  const { fromMs, toMs } = frame.view
  const rowEnds: number[] = []
  const placed = frame.data.phases
    .filter(phase => phase.endMs > fromMs && phase.startMs < toMs)
    .map(phase => {
      const free = rowEnds.findIndex(end => end <= phase.startMs + 1)
      const row = free === -1 ? rowEnds.length : free
      rowEnds[row] = phase.endMs
      return { ...phase, row, x1: timeX(frame, phase.startMs), x2: timeX(frame, phase.endMs) }
    })
    .filter(phase => phase.row < 3)
  return {
    height: Math.min(rowEnds.length, 3) * ROW,
    shades: (top, bottom) =>
      placed
        .filter(phase => phase.warmup)
        .map(phase =>
          shape('rect', {
            x: round(phase.x1),
            y: round(top),
            width: round(Math.max(phase.x2 - phase.x1, 0)),
            height: round(bottom - top),
            class: 'warmup',
          }),
        ),
    lines: (top, bottom) =>
      placed.flatMap(phase => {
        const y = top + phase.row * ROW
        const text = fitting(phase.warmup ? warmupName(phase.name) : phase.name, phase.x2 - phase.x1 - 10)
        const line = phase.startMs > fromMs ? [vertical(phase.x1, y, bottom, 'phase-line')] : []
        return text === '' ? line : [...line, label(phase.x1 + 6, y + 11, text, 'phase-name')]
      }),
  }
}

function warmupName(name: string): string {
  return /warm/i.test(name) ? name : `${name} (warm-up)`
}

function fitting(text: string, width: number): string {
  const room = Math.floor(width / CHARACTER)
  if (text.length <= room) return text
  return room < 4 ? '' : `${text.slice(0, room - 1).trimEnd()}…`
}
