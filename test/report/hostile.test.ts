import { fc, test as property } from '@fast-check/vitest'
import { parse as parseCsv } from 'csv-parse/sync'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { csvText, renderCsv } from '../../lib/report/csv.ts'
import { visibleText } from '../../lib/report/escape-control.ts'
import { markdownCode, markdownText } from '../../lib/report/escape-markdown.ts'
import { renderJson } from '../../lib/report/json.ts'
import { renderJunit } from '../../lib/report/junit.ts'
import { renderMarkdown } from '../../lib/report/markdown.ts'
import { renderTerminal } from '../../lib/report/terminal-report.ts'
import { cutMiddle, wrapText } from '../../lib/report/terminal-text.ts'
import { HOSTILE, SAMPLES, withTexts } from './sample-report.ts'

/** Texts made of what each format acts upon, between anything that a string can hold. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>',
        '</code>',
        '`',
        '``',
        '|',
        '\\',
        '\\|',
        '@user',
        '#12',
        '![x](http://e.test)',
        ']]>',
        '&amp;',
        '"',
        "'",
      ),
      fc.constantFrom(
        '=1+1',
        '+1',
        '-1',
        '@SUM(A1)',
        '\t=1',
        '\r\n',
        '\n\n',
        '\u001b[31m',
        '\u009b31m',
        '\u0007',
        '\u0000',
        '\u202e',
        '\u2028',
      ),
      fc.constantFrom(
        'www.e.test',
        'http://e.test',
        '/close',
        '- [ ] x',
        '1. x',
        '表',
        '👩‍👩‍👧',
        'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
        '\ud800',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { maxLength: 8 },
  )
  .map(parts => parts.join(''))

const reportOf = (texts: readonly string[]) => {
  let at = 0
  return withTexts(() => texts[at++ % texts.length] ?? '')
}

/** The texts and not the report, so that a counterexample can be read. */
const hostileTexts = fc.array(hostileText, { minLength: 1, maxLength: 6 })

/** Anything that a terminal would act upon, line feeds between lines apart. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ACTED_UPON = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

describe('terminal', () => {
  property.prop([hostileTexts, fc.integer({ min: 60, max: 120 })], { numRuns: 60 })(
    'no line is wider than asked, and nothing is left that a terminal acts upon',
    (texts, width) => {
      const text = renderTerminal(reportOf(texts), { width })
      expect(text).not.toMatch(ACTED_UPON)
      for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    },
  )

  property.prop([hostileTexts], { numRuns: 20 })('in colour the only sequences are colours', texts => {
    const report = reportOf(texts)
    const text = renderTerminal(report, { width: 80, colour: true })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences are what is looked for
    expect(text.replace(/\u001b\[\d{1,2}m/g, '')).not.toMatch(ACTED_UPON)
  })

  test.each(SAMPLES)('the %s report fits 80 columns', (_, report) => {
    for (const line of renderTerminal(report).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  })

  test.each(SAMPLES)('the %s report leaves columns out of a narrow table, and cuts no number', (_, report) => {
    for (let width = 60; width <= 120; width++) {
      const text = renderTerminal(report, { width })
      expect(text).not.toMatch(/[\d%]…[\d,.]/)
      expect(text).toMatch(/P95 +(P98 +)?P99 +P100\n/)
    }
  })

  property.prop([hostileText, fc.integer({ min: 0, max: 40 })])(
    'a cut text fits, and keeps both of its ends',
    (text, width) => {
      const cut = cutMiddle(text, width)
      expect(stringWidth(cut)).toBeLessThanOrEqual(width)
      if (stringWidth(visibleText(text)) <= width) expect(cut).toBe(visibleText(text))
    },
  )

  test('a cut name keeps its method and its last part', () => {
    expect(cutMiddle('GET /groups/{id}/members/{member}', 21)).toBe('GET /group…s/{member}')
    expect(cutMiddle('表表表表表', 5)).toBe('表…表')
  })

  property.prop([hostileText, fc.integer({ min: 10, max: 80 })])('wrapped prose fits', (text, width) => {
    for (const line of wrapText(text, width)) expect(stringWidth(line)).toBeLessThanOrEqual(width)
  })
})

describe('Markdown', () => {
  /** Our own tags; everything else in angle brackets would be somebody else's. */
  const withoutOwnTags = (text: string) => text.replaceAll(/<\/?(code|details|summary)>/g, '')

  property.prop([hostileTexts], { numRuns: 60 })(
    'no HTML but our own, and as many cells in each row as in its head',
    texts => {
      const report = reportOf(texts)
      const text = renderMarkdown(report)
      expect(withoutOwnTags(text)).not.toContain('<')
      const rows = text.split('\n').filter(line => line.startsWith('| '))
      let cells = 0
      for (const [at, row] of rows.entries()) {
        const count = row.split('|').length
        if (rows[at + 1]?.startsWith('| ---') === true) cells = count
        expect(count).toBe(cells)
      }
    },
  )

  property.prop([hostileText])('prose holds no mention, reference, address, markup or code', text => {
    const prose = markdownText(text)
    expect(prose).not.toMatch(/[<>`|[\]*_\\@\r\n]|:\/\/|www\./i)
    // A number sign stands only in a character reference.
    expect(prose.replaceAll(/&#\d+;/g, '')).not.toMatch(/[#&]/)
    expect(prose).not.toMatch(/^([-+/]|\d+[.)])/)
  })

  property.prop([hostileText])('a name is one code span or one code element', text => {
    const code = markdownCode(text)
    if (code === '') expect(visibleText(text).trim()).toBe('')
    else expect(code).toMatch(/^(`[^`|<>\\\n]+`|<code>[^<>`|\\\n]+<\/code>)$/)
  })

  property.prop([hostileText])('a code element holds the text itself', text => {
    const inner = markdownCode(text).replace(/^`|`$|^<code>|<\/code>$/g, '')
    const plain = inner
      .replaceAll('&#8203;', '')
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    expect(plain).toBe(visibleText(text).trim())
  })

  test.each([
    ['see @everyone', 'see &#64;&#8203;everyone'],
    ['fixes #12', 'fixes &#35;&#8203;12'],
    ['http://e.test', 'http:&#8203;//e.test'],
    ['/close', '&#47;close'],
    ['1. one', '1&#46; one'],
    ['p95 6.42 s, limit 2 s, 3.2 times the limit', 'p95 6.42 s, limit 2 s, 3.2 times the limit'],
  ])('%s is written %s', (text, markdown) => expect(markdownText(text)).toBe(markdown))
})

describe('JUnit XML', () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    isArray: name => name === 'testcase',
  })

  property.prop([hostileTexts], { numRuns: 60 })('is well-formed, legal, and gives back the texts', texts => {
    const report = reportOf(texts)
    const text = renderJunit(report)
    expect(XMLValidator.validate(text)).toBe(true)
    expect(text).not.toMatch(ACTED_UPON)
    expect(text).not.toMatch(/[\ufffe\uffff]|\p{Cs}/u)
    const suite = parser.parse(text).testsuites.testsuite
    expect(suite.testcase).toHaveLength(report.verdict.thresholds.length)
    const [first] = suite.testcase
    const threshold = report.verdict.thresholds[0]
    expect(first.name).toBe(visibleText(threshold?.text ?? ''))
    expect(
      Object.keys(first)
        .filter(key => key !== '#text')
        .toSorted(),
    ).toEqual(['classname', 'failure', 'name', 'time'])
  })

  test('inconclusive is an error, a fail a failure, and both are counted', () => {
    const failing = SAMPLES[0]?.[1]
    if (failing === undefined) throw new Error('no sample')
    const suite = parser.parse(renderJunit(failing)).testsuites.testsuite
    expect([suite.tests, suite.failures, suite.errors, suite.skipped]).toEqual(['6', '3', '1', '0'])
    expect(suite.testcase.filter((one: object) => 'error' in one)).toHaveLength(1)
  })

  test('a result that no threshold explains has a test case of its own', () => {
    const [, passing] = SAMPLES[1] ?? []
    if (passing === undefined) throw new Error('no sample')
    const stopped = {
      ...passing,
      verdict: { ...passing.verdict, result: 'inconclusive' as const, reasons: ['stopped'] },
    }
    const suite = parser.parse(renderJunit(stopped)).testsuites.testsuite
    expect([suite.tests, suite.errors, suite.testcase[0].name]).toEqual(['3', '1', 'verdict'])
  })
})

describe('CSV', () => {
  property.prop([hostileTexts], { numRuns: 60 })('reads back as a rectangle in which no text is a formula', texts => {
    const report = reportOf(texts)
    const rows: string[][] = parseCsv(renderCsv(report), { record_delimiter: '\r\n' })
    expect(rows).toHaveLength(report.requests.length + 2)
    for (const row of rows) expect(row).toHaveLength(rows[0]?.length ?? 0)
    for (const cell of rows.flat()) {
      expect(cell).not.toMatch(/^\s*[=+\-@|＝＋－＠]/)
      expect(cell).not.toMatch(ACTED_UPON)
    }
  })

  test.each([
    ['=1+1', "'=1+1"],
    ['  =1', "'=1"],
    ['\t=1', "'=1"],
    ['＝1', "'＝1"],
    ['GET /a,b', 'GET /a,b'],
  ])('%j is written %j', (text, cell) => expect(csvText(text)).toBe(cell))
})

describe('JSON', () => {
  property.prop([hostileTexts], { numRuns: 60 })(
    'gives back the report, and holds nothing that a terminal acts upon',
    texts => {
      const report = reportOf(texts)
      const text = renderJson(report)
      expect(text).not.toMatch(ACTED_UPON)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)))
    },
  )

  test('the schema comes first, and what is no number is absent', () => {
    const [, passing] = SAMPLES[1] ?? []
    if (passing === undefined) throw new Error('no sample')
    const text = renderJson({ ...passing, total: { ...passing.total, ratePerSecond: Number.NaN } })
    expect(text.startsWith('{\n  "schema": "squall.report.v1",\n  "run": {')).toBe(true)
    expect(Object.keys(JSON.parse(text).total)).not.toContain('ratePerSecond')
  })
})

test('the text that tries everything stays readable', () => {
  expect(visibleText(HOSTILE)).toContain('␛[2J')
})
