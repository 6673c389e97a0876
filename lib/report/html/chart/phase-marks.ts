import { type Frame, timeX } from './frame.ts'
import { label, round, type Shape, shape, vertical } from './shape.ts'
import type { TimelinePhase } from './timeline-data.ts'

const ROW = 18
const MOST_ROWS = 3
/** Mean width of a character of a phase's name at its size, in px: enough to know what will not fit. */
const CHARACTER = 6.4

type PlacedPhase = TimelinePhase & { readonly row: number; readonly x1: number; readonly x2: number }

/** The visible phases; those that run beside others (flows with a load of their own) get a row of their own. */
function placedPhases(frame: Frame): readonly PlacedPhase[] {
  const { fromMs, toMs } = frame.view
  const rowEnds: number[] = []
  return frame.data.phases
    .filter(phase => phase.endMs > fromMs && phase.startMs < toMs)
    .map(phase => {
      const free = rowEnds.findIndex(end => end <= phase.startMs + 1)
      const row = free === -1 ? rowEnds.length : free
      rowEnds[row] = phase.endMs
      return { ...phase, row, x1: timeX(frame, phase.startMs), x2: timeX(frame, phase.endMs) }
    })
    .filter(phase => phase.row < MOST_ROWS)
}

/** The phases' names in a strip above the panels, each from where its phase begins. */
export function phaseStrip(frame: Frame): { readonly height: number; readonly shapes: readonly Shape[] } {
  const phases = placedPhases(frame)
  const rows = phases.reduce((most, phase) => Math.max(most, phase.row + 1), 0)
  const shapes = phases.flatMap(phase => {
    const top = phase.row * ROW
    const text = fitting(phase.name, phase.x2 - phase.x1 - 10)
    const start = phase.startMs >= frame.view.fromMs ? [vertical(phase.x1, top, top + 14, 'phase-line')] : []
    return [
      ...(phase.warmup ? [shade(phase, top, top + 14)] : []),
      ...start,
      label(phase.x1 + 6, top + 11, text, 'phase-name'),
    ]
  })
  return { height: rows * ROW, shapes }
}

/** What a panel shows of the phases behind its lines: warm-up shaded, a line where each begins. */
export function phaseMarks(frame: Frame, top: number, bottom: number): readonly Shape[] {
  return placedPhases(frame).flatMap(phase => [
    ...(phase.warmup ? [shade(phase, top, bottom)] : []),
    ...(phase.startMs > frame.view.fromMs ? [vertical(phase.x1, top, bottom, 'phase-line')] : []),
  ])
}

function shade(phase: PlacedPhase, top: number, bottom: number): Shape {
  return shape('rect', {
    x: round(phase.x1),
    y: round(top),
    width: round(Math.max(phase.x2 - phase.x1, 0)),
    height: round(bottom - top),
    class: 'warmup',
  })
}

function fitting(text: string, width: number): string {
  const room = Math.floor(width / CHARACTER)
  if (text.length <= room) return text
  return room < 4 ? '' : `${text.slice(0, room - 1).trimEnd()}…`
}
