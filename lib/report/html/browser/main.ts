import { drawDistribution } from '../chart/distribution.ts'
import type { TimelineData } from '../chart/timeline-data.ts'
import type { DistributionData } from '../section/distribution.ts'
import { chartControls } from './controls.ts'
import { page } from './dom.ts'
import { shapeElement } from './shape-element.ts'
import { sortableTables } from './sort.ts'
import { themeToggle } from './theme.ts'
import { timeCharts } from './time-charts.ts'

type PageData = { readonly timeline: TimelineData; readonly distribution: DistributionData }

/** The page stands complete without this script: it fits the charts to the window and makes them answer. */
function main(): void {
  themeToggle()
  sortableTables()
  const island = page.document.getElementById('data')
  if (!island) return
  const data = JSON.parse(island.textContent ?? '') as PageData
  const redraws: (() => void)[] = []
  const timeline = page.document.querySelector('[data-chart=timeline]')
  if (timeline) {
    const charts = timeCharts(data.timeline, timeline)
    chartControls(charts)
    redraws.push(charts.redraw)
  }
  const distribution = page.document.querySelector('[data-chart=distribution]')
  if (distribution) {
    const title = distribution.querySelector('svg')?.getAttribute('aria-label') ?? ''
    redraws.push(() => {
      const { bands, marks } = data.distribution
      const width = Math.max(distribution.clientWidth, 280)
      distribution.querySelector('svg')?.replaceWith(shapeElement(drawDistribution(bands, marks, width, title)))
    })
  }
  redrawOnResize(redraws)
}

function redrawOnResize(redraws: readonly (() => void)[]): void {
  const body = page.document.getElementById('main')
  if (!body) return
  let width = 0
  const changed = (): void => {
    if (body.clientWidth === width) return
    width = body.clientWidth
    for (const redraw of redraws) redraw()
  }
  new page.ResizeObserver(() => page.requestAnimationFrame(changed)).observe(body)
}

main()
