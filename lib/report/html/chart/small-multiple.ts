import { formatTickMs } from '../format.ts'
import { type Frame, intervalCentre, phaseMarks, timeX } from './frame.ts'
import { linePath, type Point } from './path.ts'
import { linearScale } from './scale.ts'
import { horizontal, label, type Shape, shape, vertical } from './shape.ts'
import { type RequestTimeline, type TimelineData, type TimelineView, visibleIntervals } from './timeline-data.ts'

export const SMALL_HEIGHT = 96

/** One request name over time: mean and highest response time, a tick below where any failed. Its scale is its own. */
export function drawSmallMultiple(
  data: TimelineData,
  request: RequestTimeline,
  view: TimelineView,
  title: string,
): Shape {
  const frame: Frame = {
    data,
    view,
    left: 1,
    right: view.width - 1,
    narrow: true,
    places: visibleIntervals(data, view),
  }
  const top = 14
  const bottom = SMALL_HEIGHT - 12
  const most = frame.places.reduce((found, place) => Math.max(found, request.max[place] ?? 0), 0)
  const scale = linearScale(most, bottom, top, 1)
  const topTick = scale.ticks.at(-1) ?? 0
  const failed = frame.places.filter(place => (request.failures[place] ?? 0) > 0)
  return shape(
    'svg',
    {
      viewBox: `0 0 ${view.width} ${SMALL_HEIGHT}`,
      class: 'chart small',
      role: 'img',
      'aria-label': title,
      width: '100%',
    },
    [
      ...phaseMarks(frame).shades(top, bottom),
      horizontal(frame.left, frame.right, scale.at(topTick), 'grid'),
      horizontal(frame.left, frame.right, bottom, 'base'),
      label(frame.left, top - 3, formatTickMs(topTick), 'tick'),
      shape('path', { d: linePath(thinned(points(frame, request.max, scale.at), 'max')), class: 'line max' }),
      shape('path', { d: linePath(thinned(points(frame, request.mean, scale.at), 'mean')), class: 'line done' }),
      ...failed.map(place =>
        vertical(timeX(frame, intervalCentre(data, place)), bottom + 3, bottom + 9, 'failed-tick'),
      ),
    ],
  )
}

function points(frame: Frame, column: readonly (number | null)[], at: (value: number) => number): Point[] {
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
    if (keep === 'mean') return group.slice(Math.floor((group.length - 1) / 2)).slice(0, 1)
    const observed = group.filter(([, y]) => y !== undefined)
    return (observed.length > 0 ? observed : group).toSorted((a, b) => (a[1] ?? 0) - (b[1] ?? 0)).slice(0, 1)
  })
}
