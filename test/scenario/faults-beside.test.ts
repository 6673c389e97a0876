import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { FaultList } from '../../lib/scenario/fault-list.ts'
import { readYaml } from '../../lib/scenario/yaml-document.ts'
import { faultsOf } from './reading-context.ts'

describe('a fault of YAML is told with those that do not follow from it', () => {
  test.each([
    [
      'an open bracket',
      'target: http://h\nsteps: [get: /a, get: /b\nload: [{ users: 5, for: 5 m }]\nfoo: 1\n',
      ['2:8', '3:25', '4:1'],
    ],
    ['an open quote', 'target: http://h\nname: "a\nsteps: [get: a]\ndrain: 2m\n', ['2:7', '3:14', '4:8']],
    ['a tab', 'target: http://h\nsteps:\n\t- get: /\ndrain: 2m\n', ['3:1', '4:8']],
    [
      'two of them',
      'target: http://h\nload: [{ users: 1, for: 1s }\nlabels: { a: b\nsteps: [get: a]\n',
      ['2:7', '3:9', '4:14'],
    ],
    // What the entry defines is not known where another fault is left in it, or where no correction is proposed.
    ['a step with a second fault', 'target: http://h\nsteps: [get: /a, get: b\ndrain: 2m\n', ['2:8']],
    ['a bracket without a last line', 'target: http://h\nsteps: [\n  get: /a\ndrain: 2m\n', ['2:8']],
    // Without the entry there is no variable, nothing to send, and nothing to judge.
    ['a variable', 'target: http://h\nvars: { peak: 5/s\nload: [{ rate: $peak, for: 1s }]\nsteps: [get: /]\n', ['2:7']],
    ['all steps', 'target: http://h\nsteps: [get: /, get: /b\n', ['2:8']],
    [
      'the name of a request',
      'target: http://h\nsteps:\n  - get: /\n    name: @home\nthresholds: ["home: p95 < 1s"]\n',
      ['4:11'],
    ],
    ['a file on one line', '{ "target": "http://h", "steps": [{ "get": "/" }, "drain": "2m" }', ['1:34']],
  ])('%s', (_, text, places) => {
    const faults = faultsOf(text).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    expect(faults.map(({ line, column }) => `${line}:${column}`)).toEqual(places)
  })
})

const folder = new URL('../../examples/', import.meta.url)
const examples = readdirSync(folder)
  .filter(name => name.endsWith('.yml'))
  .map(name => readFileSync(new URL(name, folder), 'utf8'))
const readFile = (path: string) => {
  const file = new URL(path, folder)
  return existsSync(file) ? readFileSync(file) : { fault: 'missing' as const }
}

function hasTree(text: string): boolean {
  return readYaml(text, { shown: 's.yml', folder: '' }, new FaultList()) !== undefined
}

/** The oracle: a right scenario has no fault but the one that was made. */
property.prop(
  [
    fc.constantFrom(...examples),
    fc.nat(5000),
    fc.constantFrom('', '[', '{', ']', '"', ': ', '@', '\t', '\n', '*', '- '),
  ],
  { numRuns: 400 },
)('of a right scenario that is broken in one place nothing but YAML is told', (example, nth, inserted) => {
  const at = nth % example.length
  const text = example.slice(0, at) + inserted + example.slice(inserted === '' ? at + 1 : at)
  if (hasTree(text)) return
  // What the parser finds has no path in the scenario.
  expect(faultsOf(text, { readFile }).filter(({ path }) => path !== undefined)).toEqual([])
})
