import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { context, faultsOf } from './reading-context.ts'

const head = 'target: http://h\nsteps:\n  - post: /\n    json:\n'

/** Line and column of the first `nope`, found in the file by naive search. */
function placeOf(text: string): string {
  const before = text.slice(0, text.indexOf('nope'))
  const line = before.split('\n').length
  return `${line}:${[...before.slice(before.lastIndexOf('\n') + 1)].length + 1}`
}

describe('a fault inside a text', () => {
  test.each([
    ['plain', '      a: x {{ nope }}\n'],
    ['plain over several lines', '      a: one\n         two\n\n         three {{ nope }}\n'],
    ['single quotes', "      a: 'x {{ nope }}'\n"],
    ['single quotes with doubled ones', "      a: 'it''s ''so'' {{ nope }}'\n"],
    ['single quotes over several lines', "      a: 'it''s\n\n          so {{ nope }}'\n"],
    ['double quotes', '      a: "x {{ nope }}"\n'],
    ['double quotes with escapes', '      a: "\\t\\"\\x41\\u00e9\\U0001F600\\ud83d\\ude00\\n {{ nope }}"\n'],
    ['double quotes continued with a backslash', '      a: "one \\\n          two {{ nope }}"\n'],
    ['a literal block', '      a: |\n        one\n          two\n\n        😀 {{ nope }}\n'],
    ['a literal block with a header', '      a: |2- # why\n          one\n          {{ nope }}\n'],
    ['a folded block', '      a: >-\n        one\n        two\n\n          three\n        four {{ nope }}\n'],
    ['flow style', '      { a: [1, { b: "{{ nope }}" }] }\n'],
  ])('points at it in %s', (_, value) => {
    for (const text of [head + value, (head + value).replaceAll('\n', '\r\n')]) {
      expect(faultsOf(text).map(fault => `${fault.line}:${fault.column}`)).toEqual([placeOf(text)])
    }
  })

  test('points at it wherever it stands', () => {
    const words = fc.array(fc.constantFrom('a', 'é', '😀', "'", '"', '\\', ' ', '\t', '\n', '#', 'x:y', '- '), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(words, before => {
        const text = `${head}      a: ${JSON.stringify(`${before.join('')} {{ nope }}`)}\n`
        expect(faultsOf(text).map(fault => `${fault.line}:${fault.column}`)).toEqual([placeOf(text)])
      }),
    )
  })
})

describe('what follows from a fault is not told beside it', () => {
  const messagesOf = (text: string) => faultsOf(text).map(({ message }) => message)

  test.each([
    ['an alias without an anchor', 'http: { headers: { accept: */* } }\n'],
    ['an alias bomb', 'x-a: &a [x, x]\nx-b: [*a, *a, *a]\n'.replace('*a, *a, *a', Array(1_100).fill('*a').join(', '))],
    ['an amount that is no number', 'budget: 2.00\n'],
    ['a duration that is no number', 'drain: 1.50\n'],
    ['a merge key twice', 'x-a: &a { timeout: 5s }\nhttp:\n  <<: *a\n  <<: *a\n'],
  ])('%s', (_, line) => {
    expect(messagesOf(`target: http://h\nsteps: [get: /]\n${line}`)).toHaveLength(1)
  })

  test('a number written otherwise is corrected as what is expected there', () => {
    const fixes = (line: string) =>
      faultsOf(`target: http://h\nflows: { a: { steps: [get: /] } }\n${line}`).map(({ fix }) => fix)
    expect(fixes('budget: 2.00\n')).toEqual(['budget: 2 USD'])
    expect(fixes('drain: 1.50\n')).toEqual(['drain: 1.5s'])
    expect(fixes('seed: 1e3\n')).toEqual(['seed: 1000'])
    expect(fixes('load: [{ users: 1e3, for: 1m }]\n')).toEqual(['users: 1000'])
    expect(fixes('labels: { a: 1.10 }\n')).toEqual(['a: "1.10"'])
  })

  test('values of an object that no file can hold', () => {
    const object = { target: 'http://h', steps: [{ get: '/', timeout: 5n }] }
    const reading = readScenario({ object }, context())
    expect(reading.ok ? [] : reading.faults.map(({ message }) => message)).toEqual(['the value is a bigint'])
  })
})

test('lines that end with a carriage return alone are told as such', () => {
  expect(faultsOf('target: http://h\rsteps: [get: /]\r').map(({ message }) => message)).toEqual([
    'the lines of the file end with a carriage return alone, so that YAML sees one line',
  ])
})
