import { formatTickMs } from '../format.ts'
import { axisLabels, endLabels, type Frame, type Panel } from './frame.ts'
import { highest, lastY, pointsOf } from './load-panels.ts'
import { linePath } from './path.ts'
import { linearScale, logScale, type Scale } from './scale.ts'
import { horizontal, type Shape, shape } from './shape.ts'
import { LATENCY_LINES } from './timeline-data.ts'

/** Percentiles of the response time by interval, with the limits that the axis reaches. */
export function latencyPanel(frame: Frame): Panel {
  const { data, view } = frame
  const lines = LATENCY_LINES.filter(line => view.lines.includes(line))
  const observed = Math.max(...lines.map(line => highest(frame, data[line])), 0)
  /** A limit far above what was seen would flatten the lines, and says nothing that the table does not. */
  const limits = data.limits.filter(limit => limit.ms <= observed * 1.8)
  const most = Math.max(observed, ...limits.map(limit => limit.ms))
  return {
    name: 'latency',
    height: frame.narrow ? 150 : 184,
    draw: (top, bottom) => {
      const scale = latencyScale(frame, most, top, bottom)
      const shapes: Shape[] = axisLabels(
        frame,
        'Response time',
        top,
        scale.ticks.map(value => [scale.at(value), value === 0 ? '0' : formatTickMs(value)]),
      )
      const ends: { y: number; text: string; className: string }[] = []
      for (const limit of limits) {
        const y = scale.at(limit.ms)
        shapes.push(horizontal(frame.left, frame.right, y, 'limit'))
        ends.push({ y, text: frame.narrow ? 'limit' : `${limit.text} limit`, className: 'limit-name' })
      }
      for (const line of lines) {
        const points = pointsOf(frame, data[line], scale)
        const y = lastY(points)
        if (y === undefined) continue
        shapes.push(shape('path', { d: linePath(points), class: `line ${line}` }))
        ends.push({ y, text: line, className: line })
      }
      return [...shapes, ...endLabels(frame, ends)]
    },
  }
}

function latencyScale(frame: Frame, most: number, top: number, bottom: number): Scale {
  if (!frame.view.logarithmic || most <= 0) return linearScale(most, bottom, top, 4)
  const values = frame.view.lines.flatMap(line => frame.places.map(place => frame.data[line][place] ?? 0))
  const least = Math.min(...values.filter(value => value > 0))
  return logScale(least, most, bottom, top)
}
