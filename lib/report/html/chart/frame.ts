import { timeTicks } from './scale.ts'
import { horizontal, label, type Shape } from './shape.ts'
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

/** The middle of an interval, ms from the start of the load. */
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
    label(0, top - 13, title, 'panel-title'),
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

/** Round instants on the shared axis. */
export function axisInstants(frame: Frame): readonly number[] {
  const { fromMs, toMs } = frame.view
  return timeTicks(fromMs, toMs, Math.max(2, Math.floor((frame.right - frame.left) / 90)))
}
