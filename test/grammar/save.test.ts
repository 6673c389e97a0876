import { describe, expect, test } from 'vitest'
import { parseSave } from '../../lib/scenario/save.ts'
import { formatSource, parseSource } from '../../lib/scenario/source.ts'

describe('every form', () => {
  test.each<[string, object]>([
    ['json $.access_token', { pick: 'first', source: { kind: 'json', path: '$.access_token' } }],
    ['any json $.items[*].id', { pick: 'any', source: { kind: 'json', path: '$.items[*].id' } }],
    ['all json $..id or []', { pick: 'all', source: { kind: 'json', path: '$..id' }, fallback: [] }],
    ['any json $.items[*].id or 0', { pick: 'any', fallback: 0 }],
    ['json $.a or "none or more"', { source: { kind: 'json', path: '$.a' }, fallback: 'none or more' }],
    ['json $.a or null', { fallback: null }],
    ['json $.a or {"b": 1}', { fallback: { b: 1 } }],
    ["json $.items[?@.a == 'x or y'].id", { source: { kind: 'json', path: "$.items[?@.a == 'x or y'].id" } }],
    ['css a.next @href', { source: { kind: 'css', selector: 'a.next', attribute: 'href' } }],
    ['css ul > li', { source: { kind: 'css', selector: 'ul > li' } }],
    ['regex /this or that/', { source: { kind: 'regex', pattern: 'this or that', flags: '' } }],
    ['regex /a b/i or "x"', { source: { kind: 'regex', pattern: 'a b', flags: 'i' }, fallback: 'x' }],
    ['xml //a or //b', { source: { kind: 'xml', path: '//a or //b' } }],
    ['xml //a or "x"', { source: { kind: 'xml', path: '//a' }, fallback: 'x' }],
    ['header Location', { source: { kind: 'header', name: 'location' } }],
    ['cookie session', { source: { kind: 'cookie', name: 'session' } }],
    ['body', { source: { kind: 'body' } }],
    ['status', { source: { kind: 'status' } }],
  ])('%s', (text, expected) => {
    expect(parseSave('n', text)).toMatchObject({ ok: true, value: { name: 'n', ...expected } })
  })

  test('without `or` there is no fallback', () => {
    const outcome = parseSave('n', 'json $.a')
    expect(outcome.ok && 'fallback' in outcome.value).toBe(false)
  })
})

describe('faults', () => {
  test.each<[string, string, string?]>([
    ['', 'the value to save is missing'],
    ['json', 'json needs a path, such as json $.items[0].id'],
    ['$.a', '"$.a" is not a part of an answer', 'json $.a'],
    ['jsn $.a', '"jsn" is not a part of an answer', 'json $.a'],
    ['json $.a or', '"or" has no value after it'],
    ['json $.a or none', '"none" is not a value', 'json $.a or "none"'],
    ['json $.a or a b', '"a b" is not a value'],
    ['all body', 'an answer has one body', 'body'],
    ['body now', 'body is followed by "now"', 'body'],
    ['json $.a[', '"$.a[" is not a JSONPath: unclosed bracketed selection'],
    ['regex /(/', '/(/ is not a pattern: missing closing ): `(`'],
  ])('%s', (text, message, fix) => {
    const outcome = parseSave('n', text)
    expect(outcome.ok).toBe(false)
    if (!outcome.ok) expect(outcome.errors[0]).toMatchObject({ message, ...(fix === undefined ? {} : { fix }) })
  })
})

test.each([
  'json $.a[0]',
  'css a > b @href',
  'regex /a\\d/i',
  'xml //a/@b',
  'header x-y',
  'cookie s',
  'body',
  'status',
  'time',
  'size',
])('%s is written as it is read', text => {
  const outcome = parseSource(text)
  expect(outcome.ok ? formatSource(outcome.value) : outcome).toBe(text)
})
