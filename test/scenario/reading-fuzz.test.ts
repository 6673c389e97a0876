import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsv } from '../../lib/scenario/csv.ts'
import { formatFaults } from '../../lib/scenario/fault.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { context, read } from './reading-context.ts'

const valid = `target: "{{ env.HOST or 'http://127.0.0.1:8080' }}"
x-a: &a { accept: application/json }
vars: { peak: 500/s, hold: 5m }
http: { timeout: 10s, headers: { <<: *a } }
load:
  - { users: 0 -> 100, for: 20s, warmup: true }
  - { name: steady, users: 100, for: $hold }
data:
  account: { file: accounts.csv, take: once, per: user }
flows:
  member:
    start: [use: login]
    steps:
      - get: "/me/{{ token }}"
        check: |
          status is 200
          json $.items[0].id exists
        save: { id: "any json $.items[*].id or 0" }
      - think: 1s..3s
      - when: response.status == 200
        then: [{ post: /cart, json: { id: "{{ id }}" } }]
snippets:
  login:
    - post: /login
      json: { user: "{{ account.email }}" }
      save: { token: json $.access_token }
thresholds:
  - GET /me/{token}: p99 < 400ms
  - errors < 1%
`

const pieces = [
  '{{',
  '}}',
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  ' #',
  '*a',
  '&a ',
  '<<: *a',
  '!!x ',
  '|',
  '>',
  '? ',
  '%',
  '\t',
  '0x1',
  '.inf',
  '~',
  '$x',
  '->',
  '..',
  ' or ',
  'null',
  '-1',
  '1e999',
  '\0',
  '\uFEFF',
  'é',
  '__proto__: 1',
  'constructor',
  '---\n',
  '\r\n',
  '\ud800',
]

const edit = fc.tuple(fc.nat(valid.length), fc.nat(20), fc.constantFrom('', ...pieces))

/** Reading ends in a value or in faults that say something; it never throws. */
function answers(text: string): void {
  const reading = read(text)
  if (reading.ok) return
  expect(reading.faults.length).toBeGreaterThan(0)
  expect(formatFaults(reading.faults)).not.toMatch(/\[object Object\]|\bNaN\b|\bat .*\.ts:\d+/)
}

describe('reading never throws', () => {
  test('at the file as it is', () => {
    const reading = read(valid)
    expect(reading.ok ? '' : formatFaults(reading.faults)).toBe('')
  })

  test('at a valid file with edits anywhere', () => {
    const edited = fc
      .array(edit, { minLength: 1, maxLength: 6 })
      .map(edits => edits.reduce((text, [at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut), valid))
    fc.assert(fc.property(edited, answers), { numRuns: 600 })
  })

  test('at any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map(list => new TextDecoder().decode(list))
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.string({ unit: 'grapheme', maxLength: 200 }),
          fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map(list => list.join('')),
        ),
        answers,
      ),
      { numRuns: 600 },
    )
  })

  test('at any object', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        object => {
          readScenario({ object }, context())
          readScenario(
            { object: { target: 'http://h', steps: [{ get: '/', json: object }], vars: object, load: object } },
            context(),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('at a circle of objects', () => {
    const object: Record<string, unknown> = { target: 'http://h', steps: [{ get: '/' }] }
    object['vars'] = { object }
    const reading = readScenario({ object }, context())
    expect(reading.ok).toBe(false)
  })

  test('at any CSV, of which rows and columns come back', () => {
    const cell = fc.string({ maxLength: 8 }).map(text => text.replace(/\0/g, ''))
    const table = fc
      .nat(3)
      .chain(width =>
        fc.array(fc.array(cell, { minLength: width + 1, maxLength: width + 1 }), { minLength: 1, maxLength: 6 }),
      )
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(table, rows => {
        const header = rows[0]?.map((_, index) => `c${index}`) ?? []
        const text = [header, ...rows].map(row => row.map(quoted).join(',')).join('\n')
        const found = readCsv(new TextEncoder().encode(text))
        expect(found.ok && found.rows.map(row => header.map(name => row[name]))).toEqual(rows)
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), bytes => void readCsv(bytes)))
  })
})
