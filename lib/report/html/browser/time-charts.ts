import { drawSmallMultiple, SMALL } from '../chart/small-multiple.ts'
import { drawTimeline, type TimelineDrawing } from '../chart/timeline.ts'
import {
  firstLines,
  intervalAt,
  intervalLengthMs,
  LATENCY_LINES,
  type LatencyLine,
  type TimelineData,
} from '../chart/timeline-data.ts'
import { formatCount, formatMs } from '../format.ts'
import { all, type PageElement, page } from './dom.ts'
import { shapeElement } from './shape-element.ts'
import { intervalFigures, intervalTitle, makeTooltip } from './tooltip.ts'

/** What is shown of the run: one state for all charts over time, so that they always show the same part. */
export type TimeState = {
  fromMs: number
  toMs: number
  logarithmic: boolean
  lines: readonly LatencyLine[]
  /** The interval under the pointer or the arrow keys; -1: none. */
  place: number
}

export type TimeCharts = {
  readonly data: TimelineData
  readonly figure: PageElement
  readonly state: TimeState
  redraw(): void
  /** Moves the crosshair of all charts; y in px from the figure's top, for the card. */
  pointAt(place: number, y?: number): void
  show(fromMs: number, toMs: number): void
  instantAt(clientX: number): number
}

/** The large chart and the small ones, redrawn to their width and read together. */
export function timeCharts(data: TimelineData, figure: PageElement): TimeCharts {
  const state: TimeState = { fromMs: 0, toMs: data.endMs, logarithmic: false, lines: firstLines(data), place: -1 }
  const title = figure.querySelector('svg')?.getAttribute('aria-label') ?? ''
  const tooltip = makeTooltip(figure)
  const spoken = page.document.createElement('output')
  spoken.setAttribute('class', 'unseen')
  figure.append(spoken)
  const small = smallCharts(data)
  let drawing: TimelineDrawing | undefined

  const charts: TimeCharts = {
    data,
    figure,
    state,
    redraw() {
      drawing = drawTimeline(data, { ...state, width: Math.max(figure.clientWidth, 280) }, title)
      figure.querySelector('svg')?.replaceWith(shapeElement(drawing.shape))
      for (const chart of small) chart.redraw(state)
      charts.pointAt(-1)
    },
    pointAt(place, y) {
      state.place = place
      for (const line of all('.crosshair')) line.remove()
      if (place === -1 || !drawing) {
        tooltip.hide()
      } else {
        const x = drawing.left + share(data, state, place) * (drawing.right - drawing.left)
        figure.querySelector('svg')?.append(crosshair(x, drawing.top, drawing.bottom))
        tooltip.show(data, place, x, y ?? drawing.height / 3)
        if (y === undefined) {
          const figures = intervalFigures(data, place).map(([name, value]) => `${name} ${value}`)
          spoken.textContent = `${intervalTitle(data, place)}: ${figures.join(', ')}`
        }
      }
      for (const chart of small) chart.point(state)
    },
    show(fromMs, toMs) {
      const least = Math.min(data.intervalMs * 4, data.endMs)
      const from = Math.max(0, Math.min(fromMs, data.endMs - least))
      state.fromMs = from
      state.toMs = Math.min(data.endMs, Math.max(toMs, from + least))
      charts.redraw()
    },
    instantAt(clientX) {
      if (!drawing) return 0
      const box = figure.getBoundingClientRect()
      const of = (clientX - box.left - drawing.left) / Math.max(drawing.right - drawing.left, 1)
      return state.fromMs + Math.min(Math.max(of, 0), 1) * (state.toMs - state.fromMs)
    },
  }
  for (const chart of small) {
    chart.figure.addEventListener('pointermove', event => {
      const box = chart.figure.getBoundingClientRect()
      const width = Math.max(box.width - SMALL.left - SMALL.rightInset, 1)
      const of = Math.min(Math.max((event.clientX - box.left - SMALL.left) / width, 0), 1)
      charts.pointAt(intervalAt(data, state.fromMs + of * (state.toMs - state.fromMs)))
    })
    chart.figure.addEventListener('pointerleave', () => charts.pointAt(-1))
  }
  return charts
}

function share(data: TimelineData, state: TimeState, place: number): number {
  const centre = (data.startMs[place] ?? 0) + intervalLengthMs(data, place) / 2
  return Math.min(Math.max((centre - state.fromMs) / Math.max(state.toMs - state.fromMs, 1), 0), 1)
}

function crosshair(x: number, top: number, bottom: number): PageElement {
  const attributes = { x1: x, x2: x, y1: top, y2: bottom, class: 'crosshair' }
  return shapeElement({ tag: 'line', attributes, content: [] })
}

type SmallChart = { figure: PageElement; redraw(state: TimeState): void; point(state: TimeState): void }

function smallCharts(data: TimelineData): SmallChart[] {
  return all('[data-chart=request]').flatMap(figure => {
    const request = data.requests[Number(figure.dataset['place'])]
    const readout = figure.querySelector('[data-readout]')
    if (!request || !readout) return []
    const text = readout.textContent ?? ''
    const title = figure.querySelector('svg')?.getAttribute('aria-label') ?? ''
    return [
      {
        figure,
        redraw(state) {
          const view = { ...state, width: Math.max(figure.clientWidth, 160) }
          figure.querySelector('svg')?.replaceWith(shapeElement(drawSmallMultiple(data, request, view, title)))
        },
        point({ place, ...state }) {
          if (place === -1) {
            readout.textContent = text
            return
          }
          const failed = request.failures[place] ?? 0
          readout.textContent = `${intervalTitle(data, place)}: mean ${formatMs(request.mean[place] ?? undefined)}, highest ${formatMs(request.max[place] ?? undefined)}${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`
          const width = Math.max(figure.clientWidth, 160) - SMALL.left - SMALL.rightInset
          const x = SMALL.left + share(data, { ...state, place }, place) * width
          figure.querySelector('svg')?.append(crosshair(x, SMALL.top, SMALL.bottom))
        },
      },
    ]
  })
}

/** Keeps the lines in their own order, whatever the order in which they were chosen. */
export function toggled(lines: readonly LatencyLine[], line: string): readonly LatencyLine[] {
  return LATENCY_LINES.filter(one => (one === line) !== lines.includes(one))
}
