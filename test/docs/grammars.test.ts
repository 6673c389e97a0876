import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Check, parseCheck } from '../../lib/scenario/check.ts'
import { parseDuration } from '../../lib/scenario/duration.ts'
import { formatFaults } from '../../lib/scenario/fault.ts'
import type { Parsed } from '../../lib/scenario/grammar-error.ts'
import { parseUsd } from '../../lib/scenario/money.ts'
import { parseRate } from '../../lib/scenario/rate.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { parseSave } from '../../lib/scenario/save.ts'
import { parsePercent } from '../../lib/scenario/share.ts'
import { parseSize } from '../../lib/scenario/size.ts'
import type { Source } from '../../lib/scenario/source.ts'
import { parseTemplate, type Template, templateRoots } from '../../lib/scenario/template.ts'
import { builtInRoots, fakeKinds, hmacAlgorithms, templateFunctions } from '../../lib/scenario/template-function.ts'
import {
  type LatencyKind,
  type LatencyStatistic,
  parseThreshold,
  type Threshold,
  type ThresholdOperator,
  type ThresholdScope,
  type ThresholdSubject,
} from '../../lib/scenario/threshold.ts'
import { chapter } from './markdown.ts'

const page = readFileSync(new URL('../../docs/grammars.md', import.meta.url), 'utf8')

type Row = { readonly examples: readonly string[]; readonly second: string }

/** The rows of a text's tables: all that is code in the first column, and the second cell. */
function rows(text: string): readonly Row[] {
  return [...text.matchAll(/^\| ((?:`[^`]+` ?)+) \| ?(.*?) ?\|/gm)].map(([, first = '', second = '']) => ({
    examples: [...first.matchAll(/`([^`]+)`/g)].map(code => code[1] ?? ''),
    second,
  }))
}

const examples = (text: string) => rows(text).flatMap(row => row.examples)

/** A section of the third level. */
function section(title: string): string {
  return (page.split(`\n### ${title}\n`, 2)[1] ?? '').split(/^##/m, 1)[0] ?? ''
}

function accepted<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.errors.map(error => error.message).join('; '))
  return parsed.value
}

function faultsOf(lines: string): string {
  const text = `target: http://127.0.0.1:8080\nvars: { base: 50/s, peak: 500/s, pause: 2s }\n${lines}\n`
  const context = { readFile: () => ({ fault: 'missing' as const }), env: {}, version: '0.0.0' }
  const reading = readScenario({ file: 'example.yml', text }, context)
  return reading.ok ? '' : formatFaults(reading.faults)
}

/** Every name of a closed set in the code, so that the compiler asks for a new one here, and the test on the page. */
const names = <T extends string>(all: Readonly<Record<T, true>>) => Object.keys(all).toSorted()
const distinct = (values: readonly string[]) => [...new Set(values)].toSorted()

describe('quantities', () => {
  const readers = { duration: parseDuration, rate: parseRate, size: parseSize, share: parsePercent, money: parseUsd }
  const written = rows(chapter(page, 'Quantities').split('###')[0] ?? '')

  it('has every kind', () => expect(written.map(row => row.second)).toEqual(Object.keys(readers)))

  it.each(Object.entries(readers))('%s', (kind, read) => {
    for (const example of written.find(row => row.second === kind)?.examples ?? [])
      expect(accepted(read(example))).toBeGreaterThan(0)
  })

  it.each(examples(section('Think time')))('think: %s', example => {
    expect(faultsOf(`steps: [{ think: "${example}" }, { get: / }]`)).toBe('')
  })

  it.each(examples(section('Load phases')))('%s', example => {
    const rest = example.startsWith('iterations') ? 'users: 5, within: 1m' : 'for: 1m'
    expect(faultsOf(`steps: [get: /]\nload: [{ ${example}, ${rest} }]`)).toBe('')
  })
})

describe('templates', () => {
  const text = chapter(page, 'Templates')

  it.each(examples(text))('%s', example => {
    expect(accepted(parseTemplate(example)).text).toBe(example)
  })

  it('has a hole wherever it says so', () => {
    const whole = examples(text).map(example => accepted<Template>(parseTemplate(example)))
    const plain = whole.filter(({ parts }) => parts.every(part => typeof part === 'string'))
    expect(plain.map(template => template.text)).toEqual(['{{{{ not a hole }}'])
  })

  it('has every built-in name', () => {
    const roots = examples(section('Built-in names')).flatMap(example =>
      templateRoots(accepted(parseTemplate(example))),
    )
    expect(distinct(roots)).toEqual(builtInRoots.toSorted())
  })

  it('has every function and digest', () => {
    const called = examples(section('Functions')).flatMap(
      example => Object.keys(templateFunctions).find(name => example.startsWith(`{{ ${name}(`)) ?? [],
    )
    expect(distinct(called)).toEqual(Object.keys(templateFunctions).toSorted())
    for (const digest of hmacAlgorithms) expect(section('Functions')).toContain(`\`${digest}\``)
  })

  it('has every kind of made-up value once', () => {
    const written = examples(section('Made-up values')).map(example => /fake\.(\w+)\(\)/.exec(example)?.[1])
    expect(written.toSorted()).toEqual(fakeKinds.toSorted())
  })
})

const sourceKinds = names<Source['kind']>({
  status: true,
  time: true,
  size: true,
  body: true,
  header: true,
  cookie: true,
  json: true,
  css: true,
  regex: true,
  xml: true,
})

describe('checks', () => {
  it.each(examples(chapter(page, 'Checks')))('%s', example => {
    expect(accepted(parseCheck(example)).text).toBe(example)
  })

  it('has every source', () => {
    const kinds = examples(section('Sources')).map(example => accepted<Check>(parseCheck(example)).source.kind)
    expect(distinct(kinds)).toEqual(sourceKinds)
  })

  it('has every test', () => {
    const found = examples(section('Tests')).map(example => {
      const { test } = accepted<Check>(parseCheck(example))
      return test.kind === 'compare' ? test.operator : `${'not' in test ? 'not ' : ''}${test.kind}`
    })
    const comparisons = ['is', 'is not', '<', '<=', '>', '>=', 'contains', 'does not contain']
    const others = ['exists', 'missing', 'matches', 'not matches', 'in', 'not in', 'between', 'not between']
    expect(distinct(found)).toEqual([...comparisons, ...others].toSorted())
  })
})

describe('saves', () => {
  const written = examples(chapter(page, 'Saves'))

  it.each(written)('%s', example => {
    expect(accepted(parseSave('name', example)).name).toBe('name')
  })

  it('has every source and pick', () => {
    const saves = written.map(example => accepted(parseSave('name', example)))
    expect(distinct(saves.map(save => save.source.kind))).toEqual(sourceKinds)
    expect(distinct(saves.map(save => save.pick))).toEqual(['all', 'any', 'first'])
  })
})

describe('thresholds', () => {
  const read = (title: string) => examples(section(title)).map(example => accepted<Threshold>(parseThreshold(example)))

  it.each(examples(chapter(page, 'Thresholds')))('%s', example => {
    expect(accepted(parseThreshold(example)).limit).toBeGreaterThanOrEqual(0)
  })

  it('has every subject', () => {
    const subjects = names<ThresholdSubject['kind']>({
      latency: true,
      errors: true,
      status: true,
      error: true,
      checks: true,
      throughput: true,
      requests: true,
      iterations: true,
      missed: true,
    })
    expect(distinct(read('Subjects').map(({ subject }) => subject.kind))).toEqual(subjects)
  })

  it('has every latency and statistic', () => {
    const latencies = read('Subjects').flatMap(({ subject }) => (subject.kind === 'latency' ? [subject] : []))
    const kinds = names<LatencyKind>({
      response: true,
      success: true,
      failed: true,
      service: true,
      connect: true,
      tls: true,
      'first byte': true,
    })
    const statistics = names<LatencyStatistic['kind']>({
      percentile: true,
      mean: true,
      min: true,
      max: true,
      stddev: true,
    })
    expect(distinct(latencies.map(({ latency }) => latency))).toEqual(kinds)
    expect(distinct(latencies.map(({ statistic }) => statistic.kind))).toEqual(statistics)
  })

  it('has every operator and scope', () => {
    const operators = names<ThresholdOperator>({ '<': true, '<=': true, '>': true, '>=': true, '=': true, '!=': true })
    for (const operator of operators) expect(chapter(page, 'Thresholds').split('###')[0]).toContain(`\`${operator}\``)
    const scopes = names<ThresholdScope['kind']>({ all: true, request: true, flow: true, phase: true })
    expect(distinct(read('Scopes').map(({ scope }) => scope.kind))).toEqual(scopes)
  })

  it('says of every subject in which units it is judged', () => {
    const values = { duration: '1s', share: '1%', count: '1', rate: '1/s' }
    for (const row of [...section('Subjects').matchAll(/^\| `([^`]+)`.*\| (.*?) \|$/gm)]) {
      const subject = row[1]?.replace(/ [<>=]+ .*/, '') ?? ''
      const units = Object.entries(values).filter(([, value]) => parseThreshold(`${subject} < ${value}`).ok)
      expect(units.map(([unit]) => unit).join(', '), subject).toBe(row[2])
    }
  })
})

it('docs/api.md names every export and every setting', () => {
  const api = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const source = (path: string) => readFileSync(new URL(`../../lib/${path}`, import.meta.url), 'utf8')
  const written = [...api.matchAll(/^\| `(\w+)[(`]/gm)].map(match => match[1] ?? '')
  const exported = [...source('index.ts').matchAll(/\{([^}]+)\} from/g)].flatMap(match =>
    (match[1] ?? '').split(',').map(name => name.replace('type', '').trim()),
  )
  const types = source('workflow/run-from-code.ts').split('/** The scenario could not')[0] ?? ''
  const keys = [...types.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(match => match[1] ?? '')
  expect(exported.length + keys.length).toBeGreaterThan(20)
  expect([...exported, ...keys].filter(name => name !== '' && !written.includes(name))).toEqual([])
})
