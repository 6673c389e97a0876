import { formatTick } from '../format.ts'
import { axisLabels, endLabels, type Frame, intervalCentre, type Panel, timeX } from './frame.ts'
import { areaPath, barsPath, linePath, type Point } from './path.ts'
import { linearScale, type Scale } from './scale.ts'
import { type Shape, shape } from './shape.ts'
import { type Column, intervalLengthMs } from './timeline-data.ts'

/** Virtual users at work. */
export function usersPanel(frame: Frame): Panel {
  return {
    name: 'users',
    height: frame.narrow ? 48 : 56,
    draw: (top, bottom) => {
      const scale = linearScale(highest(frame, frame.data.users), bottom, top, 3)
      const points = pointsOf(frame, frame.data.users, scale)
      return [
        ...axisLabels(frame, 'Users', top, tickLabels(scale)),
        shape('path', { d: areaPath(points, bottom), class: 'area users' }),
        shape('path', { d: linePath(points), class: 'line users' }),
      ]
    },
  }
}

/** Requests done, and iterations due where the schedule says, both per second. */
export function ratePanel(frame: Frame): Panel {
  const done = perSecond(frame, frame.data.count)
  const offered = perSecond(frame, frame.data.offered)
  const hasOffered = offered.some(value => value !== null && value > 0)
  return {
    name: 'rate',
    height: frame.narrow ? 78 : 92,
    draw: (top, bottom) => {
      const scale = linearScale(Math.max(highest(frame, done), highest(frame, offered)), bottom, top, 3)
      const donePoints = pointsOf(frame, done, scale)
      const offeredPoints = pointsOf(frame, offered, scale)
      const title = hasOffered ? 'Requests done and iterations due, per second' : 'Requests done, per second'
      const shapes: Shape[] = [
        ...axisLabels(frame, title, top, tickLabels(scale)),
        shape('path', { d: areaPath(donePoints, bottom), class: 'area done' }),
        shape('path', { d: linePath(donePoints), class: 'line done' }),
      ]
      const ends = [{ y: lastY(donePoints) ?? bottom, text: 'done', className: 'done' }]
      if (hasOffered) {
        shapes.push(shape('path', { d: linePath(offeredPoints), class: 'line offered' }))
        ends.push({ y: lastY(offeredPoints) ?? bottom, text: 'due', className: 'offered' })
      }
      return [...shapes, ...(donePoints.length > 0 ? endLabels(frame, ends) : [])]
    },
  }
}

/** Failed requests by interval, as bars: where there are none the panel says so and takes little room. */
export function failuresPanel(frame: Frame): Panel {
  const rates = perSecond(frame, frame.data.failures)
  const most = highest(frame, rates)
  if (most === 0) {
    return {
      name: 'failures',
      height: 8,
      draw: (top, bottom) => [...axisLabels(frame, 'Failures: none', top, [[bottom, '0']])],
    }
  }
  return {
    name: 'failures',
    height: frame.narrow ? 48 : 56,
    draw: (top, bottom) => {
      const scale = linearScale(most, bottom, top, 3)
      const bars = frame.places.flatMap(place => {
        const rate = rates[place] ?? 0
        if (rate === 0) return []
        const start = frame.data.startMs[place] ?? 0
        const x1 = timeX(frame, start)
        const width = Math.max(timeX(frame, start + intervalLengthMs(frame.data, place)) - x1, 1)
        const inset = width > 6 ? 1 : 0
        return [[x1 + inset, width - 2 * inset, Math.min(scale.at(rate), bottom - 1.5)] as const]
      })
      return [
        ...axisLabels(frame, 'Failures, per second', top, tickLabels(scale)),
        shape('path', { d: barsPath(bars, bottom), class: 'bars failed' }),
      ]
    },
  }
}

/** A column as points of the chart; undefined where an interval has no value. */
export function pointsOf(frame: Frame, column: Column, scale: Scale): Point[] {
  return frame.places.map(place => {
    const value = column[place] ?? null
    return [timeX(frame, intervalCentre(frame.data, place)), value === null ? undefined : scale.at(value)]
  })
}

/** Where a line ends, for its label. */
export function lastY(points: readonly Point[]): number | undefined {
  return points.findLast(([, y]) => y !== undefined)?.[1]
}

/** The largest value of a column, 0 where it has none. */
export function highest(frame: Frame, column: Column): number {
  return frame.places.reduce((most, place) => Math.max(most, column[place] ?? 0), 0)
}

function perSecond(frame: Frame, column: Column): Column {
  return column.map((value, place) => (value === null ? null : (value * 1000) / intervalLengthMs(frame.data, place)))
}

function tickLabels(scale: Scale): [number, string][] {
  return scale.ticks.map(value => [scale.at(value), formatTick(value)])
}
