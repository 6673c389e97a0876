import { describe, expect, test } from 'vitest'
import { formatFault, formatFaults } from '../../lib/scenario/fault.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { context, faultsOf } from './reading-context.ts'
import { readingFaults } from './reading-faults-table.ts'

describe('a faulty scenario', () => {
  test('has one fault for one cause', () => {
    const alone = [
      'include: [gone.yml]\nsteps: [use: login, get: "/{{ vars.who }}{{ token }}"]\n',
      'include: auth.yml\nsteps: [use: login]\n',
      'thresholds: [p95: 2s]\nsteps: [get: /]\n',
      'step: [get: /]\n',
      'data: { a: { fle: accounts.csv } }\nsteps: [get: "/{{ a.x }}"]\n',
      'steps: [think: 1s..]\n',
      'steps: [think: 2s+]\n',
      'flows: [{ name: main, steps: [get: /c] }]\nthresholds: ["GET /c: p50 < 4s", "flow main: p50 < 4s"]\n',
    ]
    for (const text of alone) expect(faultsOf(`target: http://h\n${text}`)).toHaveLength(1)
  })

  test.each(readingFaults)('%j is refused at %s: %s', (text, place, message, fix) => {
    const faults = faultsOf(text)
    const [first] = faults
    expect(first).toBeDefined()
    const file = first?.file === 's.yml' ? '' : `${first?.file}:`
    expect(`${file}${first?.line ?? '-'}:${first?.column ?? '-'}`).toBe(place)
    expect(first?.message).toBe(message)
    expect(first?.fix).toBe(fix)
  })

  test('gives all its faults at once, in the order of its lines', () => {
    const faults = faultsOf('taget: http://h\nsteps:\n  - get: items\n  - think: 5 s\ndrain: 2m\n')
    expect(formatFaults(faults)).toBe(
      [
        's.yml:1:1  unknown key "taget"\n  expected target\n  fix: target: http://h',
        's.yml:3:10  the URL "items" begins neither with / nor with http\n  expected a path such as /items, or an http or https URL\n  fix: get: /items',
        's.yml:4:12  "5 s" has a space before its unit\n  expected a duration such as 500ms, 30s, 5m or 1h\n  fix: think: 5s',
        's.yml:5:8  drain is 2m\n  expected at most 60s\n  fix: drain: 60s',
      ].join('\n\n'),
    )
  })

  test('is shown without what a terminal would act upon', () => {
    const [fault] = faultsOf('target: http://h\nsteps: [get: /]\n"a\\e[31mb": 1\n')
    expect(fault).toBeDefined()
    if (fault) expect(formatFault(fault)).not.toContain('\u001b')
    const named = formatFault({ file: 'a\u001b[31m.yml', path: 'flows."\u202eb"', message: 'm' })
    expect(named).toBe('a\ufffd[31m.yml flows."\ufffdb"  m')
  })

  test('says the name of an option once', () => {
    expect(formatFault({ path: '--users', message: '--users is the text "x"' })).toBe('--users is the text "x"')
    expect(formatFault({ path: '--rate', message: 'found "x"' })).toBe('--rate  found "x"')
    expect(formatFault({ path: '--set', message: '--settle is wrong' })).toBe('--set  --settle is wrong')
  })

  test('is shown with its line and a caret under the place', () => {
    const [fault] = faultsOf('target: http://h\nsteps: [get: /]\ndrain: 2m\n')
    expect(fault).toBeDefined()
    if (fault)
      expect(formatFault(fault, 'drain: 2m').split('\n').slice(1, 3)).toEqual(['    drain: 2m', '           ^'])
  })

  test('is shown with a tab as a blank of one column, and other control characters replaced', () => {
    const lines = formatFault({ file: 'a.yml', line: 1, column: 9, message: 'm' }, '\tname:\t\u0007x').split('\n')
    expect(lines.slice(1)).toEqual(['     name: \ufffdx', '            ^'])
  })
})

describe('hostile files end quickly, with a fault', () => {
  const head = 'target: http://h\nsteps: [get: /]\n'
  const bomb = Array.from(
    { length: 12 },
    (_, level) => `x-${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]\n`,
  ).join('')
  const twice = Array.from(
    { length: 25 },
    (_, level) => `  s${level}: [use: s${level + 1}, use: s${level + 1}]\n`,
  ).join('')
  test.each([
    ['an alias bomb', `${head}x-0: &a0 [1]\n${bomb}`, /more than 1000 aliases/],
    ['brackets without end', `${head}x-a: ${'['.repeat(500_000)}`, /brackets are opened and not closed/],
    ['lists in lists', `${head}x-a:\n${'- '.repeat(5_000)}`, /nests deeper than 64 levels/],
    ['a file of a million characters', `${head}name: ${'a'.repeat(1_000_000)}`, /has 1000\d+ characters/],
    ['lines without end', '@\n'.repeat(60_000), /60001 lines/],
    [
      'snippets that use each other twice',
      `target: http://h\nsteps: [use: s0]\nsnippets:\n${twice}  s25: [get: /]\n`,
      /more than 20000 steps/,
    ],
    ['a URL without end', `target: http://h\nsteps: [get: "/${'{{ a }}'.repeat(50_000)}"]\n`, /has 350001 characters/],
    ['maps in maps on one line', `${head}${'a: '.repeat(2_000)}`, /second ": "/],
  ])('%s', (_, text, message) => {
    expect(faultsOf(text)[0]?.message).toMatch(message)
  })
})

test.each([
  ['a URL', { steps: [{ get: () => '/' }] }, 'steps[0].get'],
  ['a step', { steps: [() => {}] }, 'steps[0]'],
  ['a think time', { steps: [{ get: '/' }, { think: async () => '1s' }] }, 'steps[1].think'],
  ['a check', { steps: [{ get: '/', check: [() => true] }] }, 'steps[0].check[0]'],
  ['a variable', { vars: { now: Date.now }, steps: [{ get: '/{{ vars.now }}' }] }, 'vars.now'],
])('no code of a scenario comes into the load: a function for %s is a fault', (_, more, path) => {
  const reading = readScenario({ object: { target: 'http://h', ...more }, file: 's.ts' }, context())
  expect(reading.ok ? [] : reading.faults).toEqual([
    expect.objectContaining({
      path,
      message: 'the value is a function',
      expected: expect.stringMatching(/no callbacks/),
    }),
  ])
})
