import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fc, test as property } from '@fast-check/vitest'
import { Parser } from 'htmlparser2'
import { describe, expect, test } from 'vitest'
import { visibleText } from '../../lib/report/escape-control.ts'
import { SCRIPT, STYLE } from '../../lib/report/html/assets.generated.ts'
import { renderHtml } from '../../lib/report/html.ts'
import { ASSETS_FILE, reportAssets } from '../../tools/build-report-assets.ts'
import { emptyReport, failingReport, withTexts } from '../report/sample-report.ts'
import { hourReport, sampleReports } from './sample-reports.ts'

type Page = { elements: string[]; text: string; attributes: string[]; raw: Map<string, string[]>; open: number }

/** What a parser finds in a page: each element with the names of its attributes, their values, and all text but scripts'. */
function parsed(html: string): Page {
  const page: Page = { elements: [], text: '', attributes: [], raw: new Map(), open: 0 }
  const stack: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      stack.push(name)
      page.elements.push([name, ...Object.keys(attributes)].join(' '))
      page.attributes.push(...Object.values(attributes))
    },
    onclosetag() {
      stack.pop()
    },
    ontext(text) {
      const inside = stack.at(-1) ?? ''
      if (inside === 'script' || inside === 'style') page.raw.set(inside, [...(page.raw.get(inside) ?? []), text])
      else page.text += text
    },
    oncomment() {
      page.elements.push('comment')
    },
  })
  parser.write(html)
  parser.end()
  page.open = stack.length
  return page
}

/** Thin spaces stand for thousands' commas and before units: where a text is set that way, the reader sees the same words. */
const words = (text: string): string => text.replace(/[\s\u202f,]+/g, '')

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '<!-- ',
  '-->',
  '<svg/onload=alert(1)>',
  ']]>&lt;b&gt;&amp;#x3c;b>',
  '</textarea></title></style><style>*{}</style>',
  '{{ 7 * 7 }}<%= 7 %>',
  '\u2028\u2029\u0000\u001b[2J\ud800',
  'a\r\nb\tc',
]
const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '=', '`', '!', '-', 'a', ' ', ';', '\\') }),
)

describe('a text from a scenario or an answer', () => {
  /** The same page with words that no parser could take for markup: what it holds is what the template wrote. */
  const harmless = parsed(renderHtml(withTexts(place => `word ${place}`))).elements

  property.prop([hostileText], { numRuns: 150 })('becomes neither an element nor an attribute, and is shown', text => {
    const page = parsed(renderHtml(withTexts(place => `${place}:${text}`)))
    expect(page.elements).toEqual(harmless)
    expect(page.open).toBe(0)
    const shown = words(page.text)
    for (const place of ['scenario', 'command', 'target', 'request', 'phase text', 'check', 'sample', 'advice']) {
      expect(shown).toContain(words(visibleText(`${place}:${text}`)))
    }
  })

  property.prop([hostileText], { numRuns: 50 })('stays one string in the data block', text => {
    const name = `request:${text}`
    const report = withTexts(place => `${place}:${text}`)
    const [interval] = report.intervals
    if (!interval) throw new Error('the sample has no interval')
    const requests = [{ name, count: 1, failures: 0, meanMs: 1, maxMs: 2 }]
    const page = parsed(renderHtml({ ...report, intervals: [{ ...interval, requests }] }))
    const data = JSON.parse(page.raw.get('script')?.[0] ?? '') as { timeline: { requests: { name: string }[] } }
    expect(data.timeline.requests.map(one => one.name)).toEqual([visibleText(name)])
  })
})

describe('the page', () => {
  test('fetches nothing, and runs its own script and style alone', () => {
    const html = renderHtml(failingReport)
    const page = parsed(html)
    const policy = page.attributes.find(value => value.startsWith("default-src 'none'"))
    const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64')
    expect(page.raw.get('style')).toEqual([STYLE])
    expect(page.raw.get('script')?.at(-1)).toBe(SCRIPT)
    expect(policy).toContain(`script-src 'sha256-${hash(SCRIPT)}'`)
    expect(policy).toContain(`style-src 'sha256-${hash(STYLE)}'`)
    expect(policy).not.toContain('unsafe')
    expect(page.elements.filter(element => / (src|srcset|style|on\w+|action)\b/.test(element))).toEqual([])
    const links = page.elements.filter(element => /^(a|link) /.test(element))
    expect(links.length).toBeGreaterThan(0)
    expect(page.attributes.filter(value => /^(https?:)?\/\/|javascript:/i.test(value))).toEqual([])
    expect(STYLE).not.toMatch(/url\(|@import/)
    expect(SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|fetch\(/)
  })

  test('stays under 1 MB for an hour of 20 request names, and small for a short test', () => {
    expect(new TextEncoder().encode(renderHtml(hourReport)).length).toBeLessThan(1_000_000)
    expect(new TextEncoder().encode(renderHtml(failingReport)).length).toBeLessThan(300_000)
  })

  test('shows a dash where nothing was measured', () => {
    const page = parsed(renderHtml(emptyReport))
    expect(page.text).toContain('Failures–')
    expect(page.text).toContain('Success p95–')
    expect(page.text).not.toMatch(/NaN|undefined|Infinity|null/)
    expect(page.attributes.join(' ')).not.toMatch(/NaN|undefined|Infinity/)
  })

  test.each(Object.entries(sampleReports))(
    '%s: heads every table, names every picture, and keeps ids apart',
    (_, report) => {
      const html = renderHtml(report)
      const found = (pattern: RegExp): string[] => Array.from(html.matchAll(pattern), match => match[1] ?? match[0])
      expect(found(/<table/g).length).toBe(found(/<caption/g).length)
      expect(found(/<th(?![^>]*scope=)[ >]/g)).toEqual([])
      expect(found(/<svg(?![^>]*(?:role="img"[^>]*aria-label="[^"]+"|aria-hidden="true"))[^>]*/g)).toEqual([])
      const ids = found(/ id="([^"]+)"/g)
      expect(new Set(ids).size).toBe(ids.length)
      const referred = found(/ (?:for|aria-labelledby|href)="#?([\w-]+)"/g)
      expect(referred.filter(id => !ids.includes(id))).toEqual([])
      const page = parsed(html)
      expect([page.text, ...page.attributes].filter(text => /NaN|Infinity|undefined/.test(text))).toEqual([])
    },
  )
})

test('the committed script and style are what the parts give: else run node tools/build-report-assets.ts', async () => {
  expect(await readFile(ASSETS_FILE, 'utf8')).toBe(await reportAssets())
})
