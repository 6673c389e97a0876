import { formatTickMs } from '../format.ts'
import { type Frame, intervalCentre, timeX } from './frame.ts'
import { linePath, type Point } from './path.ts'
import { phaseMarks } from './phase-marks.ts'
import { logScale } from './scale.ts'
import { horizontal, label, type Shape, shape, vertical } from './shape.ts'
import {
  type Column,
  type RequestTimeline,
  type TimelineData,
  type TimelineView,
  visibleIntervals,
} from './timeline-data.ts'

/** Places in the drawing, in px: its own script finds the crosshair by them. */
export const SMALL = { left: 54, rightInset: 2, top: 6, bottom: 78, height: 92 } as const

/**
 * One request name over time: mean and highest response time, a tick below where any failed. Its scale is its own, and
 * logarithmic: a maximum of many times the mean would else press the mean flat.
 */
export function drawSmallMultiple(
  data: TimelineData,
  request: RequestTimeline,
  view: TimelineView,
  title: string,
): Shape {
  const { left, top, bottom, height } = SMALL
  const right = view.width - SMALL.rightInset
  const frame: Frame = { data, view, left, right, narrow: true, places: visibleIntervals(data, view) }
  const observed = frame.places
    .flatMap(place => [request.mean[place] ?? 0, request.max[place] ?? 0])
    .filter(value => value > 0)
  const scale = logScale(Math.min(...observed), Math.max(...observed), bottom, top)
  const failed = frame.places.filter(place => (request.failures[place] ?? 0) > 0)
  return shape(
    'svg',
    { viewBox: `0 0 ${view.width} ${height}`, class: 'chart small', role: 'img', 'aria-label': title, width: '100%' },
    [
      ...phaseMarks(frame, top, bottom),
      ...scale.ticks.flatMap((value, index) => [
        horizontal(left, right, scale.at(value), index === 0 ? 'base' : 'grid'),
        label(left - 8, scale.at(value) + 4, formatTickMs(value), 'tick', 'end'),
      ]),
      shape('path', { d: linePath(thinned(points(frame, request.max, scale.at), 'max')), class: 'line max' }),
      shape('path', { d: linePath(thinned(points(frame, request.mean, scale.at), 'mean')), class: 'line done' }),
      ...failed.map(place =>
        vertical(timeX(frame, intervalCentre(data, place)), bottom + 4, bottom + 11, 'failed-tick'),
      ),
    ],
  )
}

function points(frame: Frame, column: Column, at: (value: number) => number): Point[] {
  return frame.places.map(place => {
    const value = column[place] ?? null
    return [timeX(frame, intervalCentre(frame.data, place)), value === null ? undefined : at(value)]
  })
}

const MOST_POINTS = 240

/** At most 240 points: of each group the highest on the picture for maxima (the smallest y), the middle one for means. */
function thinned(line: readonly Point[], keep: 'max' | 'mean'): readonly Point[] {
  const size = Math.ceil(line.length / MOST_POINTS)
  if (size <= 1) return line
  const groups = Array.from({ length: Math.ceil(line.length / size) }, (_, group) =>
    line.slice(group * size, (group + 1) * size),
  )
  return groups.flatMap(group => {
    const observed = group.filter(([, y]) => y !== undefined)
    if (observed.length === 0) return group.slice(0, 1)
    if (keep === 'mean') return observed.slice(Math.floor((observed.length - 1) / 2)).slice(0, 1)
    return observed.toSorted((a, b) => (a[1] ?? 0) - (b[1] ?? 0)).slice(0, 1)
  })
}
