import { intervalAt } from '../chart/timeline-data.ts'
import { all, type PageEvent, page } from './dom.ts'
import { type TimeCharts, toggled } from './time-charts.ts'

/** Buttons over the chart: which lines, which scale, which part of the run. */
export function chartControls(charts: TimeCharts): void {
  const bar = page.document.querySelector('[data-controls]')
  const hint = page.document.querySelector('[data-hint]')
  const part = page.document.querySelector('[data-part]')
  if (!bar || !hint || !part) return
  bar.hidden = false
  hint.hidden = false
  for (const button of all('[data-line]')) {
    button.addEventListener('click', () => {
      charts.state.lines = toggled(charts.state.lines, button.dataset['line'] ?? '')
      button.setAttribute('aria-pressed', String(charts.state.lines.some(line => line === button.dataset['line'])))
      charts.redraw()
    })
  }
  const scale = page.document.querySelector('[data-logarithmic]')
  scale?.addEventListener('click', () => {
    charts.state.logarithmic = !charts.state.logarithmic
    scale.setAttribute('aria-pressed', String(charts.state.logarithmic))
    charts.redraw()
  })
  part.addEventListener('change', () => {
    const phase = part.value === '' ? undefined : charts.data.phases[Number(part.value)]
    charts.show(phase?.startMs ?? 0, phase?.endMs ?? charts.data.endMs)
  })
  const chosen = (): void => {
    const { fromMs, toMs } = charts.state
    part.value = fromMs <= 0 && toMs >= charts.data.endMs ? '' : 'chosen'
  }
  pointer(charts, chosen)
  keyboard(charts, chosen)
}

/** Moving reads values; dragging with a mouse or pen chooses a part; a double click shows the whole again. */
function pointer(charts: TimeCharts, chosen: () => void): void {
  const { figure } = charts
  const shade = page.document.createElement('div')
  shade.setAttribute('class', 'selection')
  shade.hidden = true
  figure.append(shade)
  let startX: number | undefined
  const end = (): void => {
    startX = undefined
    shade.hidden = true
  }
  figure.addEventListener('pointermove', event => {
    const box = figure.getBoundingClientRect()
    charts.pointAt(intervalAt(charts.data, charts.instantAt(event.clientX)), event.clientY - box.top)
    if (startX === undefined) return
    shade.hidden = Math.abs(event.clientX - startX) < 4
    shade.style['left'] = `${Math.min(startX, event.clientX) - box.left}px`
    shade.style['width'] = `${Math.abs(event.clientX - startX)}px`
  })
  figure.addEventListener('pointerdown', event => {
    if (event.pointerType === 'touch' || event.button !== 0) return
    startX = event.clientX
    figure.setPointerCapture(event.pointerId)
  })
  figure.addEventListener('pointerup', event => {
    const from = startX
    end()
    if (from === undefined || Math.abs(event.clientX - from) < 8) return
    charts.show(charts.instantAt(Math.min(from, event.clientX)), charts.instantAt(Math.max(from, event.clientX)))
    chosen()
  })
  figure.addEventListener('pointercancel', end)
  figure.addEventListener('pointerleave', () => charts.pointAt(-1))
  figure.addEventListener('dblclick', () => {
    charts.show(0, charts.data.endMs)
    chosen()
  })
}

function keyboard(charts: TimeCharts, chosen: () => void): void {
  const { figure, data, state } = charts
  figure.setAttribute('tabindex', '0')
  figure.setAttribute('role', 'group')
  figure.setAttribute('aria-label', 'The run over time: arrow keys read the intervals, plus and minus zoom, 0 resets')
  const move = (by: number): void => {
    const from = state.place === -1 ? intervalAt(data, state.fromMs) - Math.sign(by) : state.place
    const place = Math.min(Math.max(from + by, 0), data.startMs.length - 1)
    const start = data.startMs[place] ?? 0
    const span = state.toMs - state.fromMs
    if (start < state.fromMs) charts.show(start, start + span)
    else if (start >= state.toMs) charts.show(start + data.intervalMs - span, start + data.intervalMs)
    charts.pointAt(place)
  }
  const zoom = (factor: number): void => {
    const place = state.place
    const centre = place === -1 ? (state.fromMs + state.toMs) / 2 : (data.startMs[place] ?? 0)
    const half = ((state.toMs - state.fromMs) * factor) / 2
    charts.show(centre - half, centre + half)
    charts.pointAt(place)
    chosen()
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    PageUp: () => move(-10),
    PageDown: () => move(10),
    Home: () => move(-data.startMs.length),
    End: () => move(data.startMs.length),
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    Escape: () => charts.pointAt(-1),
    '0': () => {
      charts.show(0, data.endMs)
      chosen()
    },
  }
  figure.addEventListener('keydown', (event: PageEvent) => {
    const act = keys[event.key]
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  })
}
