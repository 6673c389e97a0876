import { intervalLengthMs, LATENCY_LINES, type TimelineData } from '../chart/timeline-data.ts'
import { formatClock, formatCount, formatMs, formatRate } from '../format.ts'
import { type PageElement, page } from './dom.ts'

/** The figures of one interval, by name. */
export function intervalFigures(
  data: TimelineData,
  place: number,
): (readonly [name: string, value: string, className: string])[] {
  const at = (column: readonly (number | null)[]): number | undefined => column[place] ?? undefined
  const rate = (column: readonly (number | null)[]): string => {
    const value = at(column)
    return formatRate(value === undefined ? undefined : (value * 1000) / intervalLengthMs(data, place))
  }
  const rows: [string, string, string][] = [
    ['users', formatCount(at(data.users)), 'users'],
    ['requests', rate(data.count), 'done'],
  ]
  if (at(data.offered) !== undefined) rows.push(['due', rate(data.offered), 'offered'])
  for (const line of LATENCY_LINES) rows.push([line, formatMs(at(data[line])), line])
  rows.push(['failures', formatCount(at(data.failures)), 'failed'])
  return rows
}

/** From when to when an interval lasts. */
export function intervalTitle(data: TimelineData, place: number): string {
  const start = data.startMs[place] ?? 0
  return `${formatClock(start)} – ${formatClock(start + intervalLengthMs(data, place))}`
}

/** The card beside the pointer. It stands outside what assistive technology reads: the keyboard has its own readout. */
export function makeTooltip(figure: PageElement): {
  show(data: TimelineData, place: number, x: number, y: number): void
  hide(): void
} {
  const card = element('div', 'tooltip')
  card.setAttribute('aria-hidden', 'true')
  card.hidden = true
  figure.append(card)
  return {
    show(data, place, x, y) {
      const title = element('p', 'when', intervalTitle(data, place))
      const rows = intervalFigures(data, place).map(([name, value, className]) => {
        const row = element('div', className)
        row.append(element('span', 'name', name), element('span', 'figure', value))
        return row
      })
      card.replaceChildren(title, ...rows)
      card.hidden = false
      const box = card.getBoundingClientRect()
      const left = x + box.width + 28 > figure.clientWidth ? x - box.width - 14 : x + 14
      card.style['transform'] = `translate(${Math.max(0, left)}px, ${Math.max(0, y - box.height / 2)}px)`
    },
    hide() {
      card.hidden = true
    },
  }
}

function element(tag: string, className: string, text?: string): PageElement {
  const made = page.document.createElement(tag)
  made.setAttribute('class', className)
  if (text !== undefined) made.textContent = text
  return made
}
