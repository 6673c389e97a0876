import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { renderHtml } from '../../lib/report/html.ts'
import { sampleReports } from '../report-html/sample-reports.ts'

/*
 * Opens HTML reports in Chromium as a reader would, from disk and offline, and fails on a console message, a request,
 * an empty plot or a page wider than its window.
 *
 *   node test/browser/report.browser.ts [REPORT.html ...] [--screenshots FOLDER] [--chromium PATH]
 *
 * Without files it draws the sample reports. Exit 0: all is well; 1: a line on stderr for each thing that is not.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    screenshots: { type: 'string' },
    chromium: { type: 'string', default: process.env['CHROMIUM'] ?? '/usr/bin/chromium' },
  },
})

const WINDOWS = [
  { name: 'wide', width: 1280, height: 900 },
  { name: 'phone', width: 390, height: 844 },
] as const
const SCHEMES = ['light', 'dark'] as const

const faults: string[] = []
let checks = 0

async function drawnSamples(folder: string): Promise<string[]> {
  return await Promise.all(
    Object.entries(sampleReports).map(async ([name, report]) => {
      const file = join(folder, `${name}.html`)
      await writeFile(file, renderHtml(report))
      return file
    }),
  )
}

async function examine(
  browser: BrowserContext,
  file: string,
  window: (typeof WINDOWS)[number],
  scheme: (typeof SCHEMES)[number],
): Promise<void> {
  const place = `${basename(file, '.html')}-${window.name}-${scheme}`
  const expect = (holds: boolean, what: string): void => {
    checks++
    if (!holds) faults.push(`${place}: ${what}`)
  }
  const page = await browser.newPage()
  const messages: string[] = []
  const requests: string[] = []
  page.on('console', message => messages.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => messages.push(error.message))
  page.on('request', request => requests.push(request.url()))
  await page.setViewportSize(window)
  await page.emulateMedia({ colorScheme: scheme })
  await page.goto(pathToFileURL(file).href)
  await page.waitForTimeout(150)

  await expectPlots(page, expect)
  expect((await overflow(page)) <= 0, `the page is ${await overflow(page)} px wider than its window`)
  if (values.screenshots) {
    await page.screenshot({ path: join(values.screenshots, `${place}.png`), fullPage: true })
  }
  await expectAnswers(page, expect)
  expect(messages.length === 0, `the console says: ${messages.join(' | ')}`)
  const fetched = requests.filter(url => !url.startsWith('file:') && !url.startsWith('data:'))
  expect(fetched.length === 0, `it asks for ${fetched.join(', ')}`)
  await page.close()
}

/** Each figure holds a drawing with a size, and lines or bars that cover some of it. Run as text: it reads the page's DOM. */
const MEASURE_PLOTS = `Array.from(document.querySelectorAll('figure[data-chart]'), figure => {
  const svg = figure.querySelector('svg')
  const box = svg ? svg.getBoundingClientRect() : { width: 0, height: 0 }
  const drawn = Array.from(figure.querySelectorAll('path')).filter(path => {
    const size = path.getBBox()
    const style = getComputedStyle(path)
    return size.width + size.height > 2 && (style.stroke !== 'none' || style.fill !== 'none')
  })
  const lengths = drawn.map(path => path.getTotalLength())
  return { chart: figure.dataset.chart, width: box.width, height: box.height, drawn: drawn.length, finite: lengths.every(Number.isFinite), label: svg?.getAttribute('aria-label') ?? '' }
})`

type Plot = { chart: string; width: number; height: number; drawn: number; finite: boolean; label: string }

async function expectPlots(page: Page, expect: (holds: boolean, what: string) => void): Promise<void> {
  const plots = (await page.evaluate(MEASURE_PLOTS)) as Plot[]
  const island = JSON.parse((await page.locator('#data').textContent()) ?? '{}') as {
    timeline: { startMs: unknown[] }
    distribution: { bands: unknown[] }
  }
  const count = (chart: string): number => plots.filter(plot => plot.chart === chart).length
  expect(count('timeline') === (island.timeline.startMs.length > 0 ? 1 : 0), 'the chart over time is missing')
  expect(count('distribution') === (island.distribution.bands.length > 0 ? 1 : 0), 'the distribution is missing')
  for (const plot of plots) {
    expect(plot.width > 100 && plot.height > 60, `the ${plot.chart} plot is ${plot.width} by ${plot.height} px`)
    expect(plot.drawn > 0 && plot.finite, `the ${plot.chart} plot has drawn nothing`)
    expect(plot.label.length > 10, `the ${plot.chart} plot has no text`)
  }
}

async function overflow(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number
}

/** The page answers: the pointer reads values, dragging zooms, heads sort, the theme changes. */
async function expectAnswers(page: Page, expect: (holds: boolean, what: string) => void): Promise<void> {
  const theme = (): Promise<string> =>
    page.evaluate('getComputedStyle(document.body).backgroundColor') as Promise<string>
  const before = await theme()
  await page.locator('[data-theme-toggle]').click()
  expect((await theme()) !== before, 'the button for light and dark changes nothing')
  await page.locator('[data-theme-toggle]').click()
  expect((await theme()) === before, 'the button for light and dark does not change back')

  const timeline = page.locator('[data-chart=timeline]')
  if ((await timeline.count()) === 1) {
    await timeline.scrollIntoViewIfNeeded()
    const box = await timeline.boundingBox()
    if (!box) throw new Error('the chart over time has no box')
    const middle = box.y + Math.min(box.height / 2, 200)
    await page.mouse.move(box.x + box.width * 0.4, middle)
    expect(await page.locator('.tooltip').isVisible(), 'no values under the pointer')
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.7, middle, { steps: 4 })
    await page.mouse.up()
    const part = await page.locator('[data-part]').inputValue()
    expect(part === 'chosen', 'dragging over the chart does not zoom')
    await page.mouse.dblclick(box.x + box.width * 0.5, middle)
    expect((await page.locator('[data-part]').inputValue()) === '', 'a double click does not show the whole run')
    await timeline.focus()
    await page.keyboard.press('ArrowRight')
    expect(((await timeline.locator('output').textContent()) ?? '').includes('requests'), 'arrow keys read nothing')
  }
  const sort = page.locator('.clock.response button.sort').nth(1)
  if ((await sort.count()) === 1) {
    await sort.click()
    const keys = await page
      .locator('.clock.response tbody tr td:nth-child(2)')
      .evaluateAll(cells => cells.map(cell => Number(cell.getAttribute('data-key'))))
    expect(
      keys.every((key, at) => at === 0 || key <= (keys[at - 1] ?? 0)),
      'the table does not sort by its head',
    )
  }
}

const folder = await mkdtemp(join(tmpdir(), 'squall-browser-'))
const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath: values.chromium,
  headless: true,
  offline: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
try {
  if (values.screenshots) await mkdir(values.screenshots, { recursive: true })
  for (const file of positionals.length > 0 ? positionals.map(one => resolve(one)) : await drawnSamples(folder)) {
    for (const window of WINDOWS) {
      for (const scheme of SCHEMES) await examine(context, file, window, scheme)
    }
  }
} finally {
  await context.close()
  await rm(folder, { recursive: true, force: true })
}
for (const fault of faults) console.error(fault)
console.log(`${checks - faults.length} passed, ${faults.length} failed`)
process.exitCode = faults.length === 0 ? 0 : 1
