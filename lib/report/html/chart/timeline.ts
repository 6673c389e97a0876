import { formatClock } from '../format.ts'
import { axisInstants, type Frame, type Panel, timeX } from './frame.ts'
import { latencyPanel } from './latency-panel.ts'
import { failuresPanel, ratePanel, usersPanel } from './load-panels.ts'
import { phaseMarks, phaseStrip } from './phase-marks.ts'
import { label, type Shape, shape, vertical } from './shape.ts'
import { type TimelineData, type TimelineView, visibleIntervals } from './timeline-data.ts'

/** A drawn chart over time, and where its plot lies, so that a pointer can be read back into an instant. */
export type TimelineDrawing = {
  readonly shape: Shape
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const GAP = 38

/**
 * The run over time: panels one under another on a shared axis, so that what happened together stands together, with no
 * second y axis to be misread. From the top: phases, users, rate, response time, failures.
 */
export function drawTimeline(data: TimelineData, view: TimelineView, title: string): TimelineDrawing {
  const narrow = view.width < 600
  const frame: Frame = {
    data,
    view,
    left: narrow ? 52 : 58,
    right: view.width - (narrow ? 34 : 76),
    narrow,
    places: visibleIntervals(data, view),
  }
  const strip = phaseStrip(frame)
  const instants = axisInstants(frame)
  let y = strip.height + 30
  const drawn: Shape[] = []
  for (const panel of panels(frame)) {
    const bottom = y + panel.height
    const behind = [
      ...phaseMarks(frame, y, bottom),
      ...instants.map(ms => vertical(timeX(frame, ms), y, bottom, 'grid')),
    ]
    drawn.push(shape('g', { class: `panel ${panel.name}` }, [...behind, ...panel.draw(y, bottom)]))
    y = bottom + GAP
  }
  const bottom = y - GAP
  const height = bottom + 26
  const labels = instants.map(ms => label(timeX(frame, ms), bottom + 19, formatClock(ms), 'tick', 'middle'))
  return {
    shape: shape(
      'svg',
      { viewBox: `0 0 ${view.width} ${height}`, class: 'chart', role: 'img', 'aria-label': title, width: '100%' },
      [...strip.shapes, ...drawn, ...labels],
    ),
    height,
    left: frame.left,
    right: frame.right,
    top: strip.height + 30,
    bottom,
  }
}

function panels(frame: Frame): Panel[] {
  const { data } = frame
  const list: Panel[] = []
  if (data.users.some(users => users !== null && users > 0)) list.push(usersPanel(frame))
  list.push(ratePanel(frame), latencyPanel(frame))
  list.push(failuresPanel(frame))
  return list
}
