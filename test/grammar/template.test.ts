import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../lib/scenario/json.ts'
import {
  parseExpression,
  parseJsonTemplate,
  parseTemplate,
  type Template,
  templateRoots,
} from '../../lib/scenario/template.ts'

function partsOf(text: string): Template['parts'] {
  const outcome = parseTemplate(text)
  if (!outcome.ok) throw new Error(outcome.errors[0]?.message)
  return outcome.value.parts
}

describe('parts', () => {
  test.each<[string, unknown[]]>([
    ['', ['']],
    ['/products', ['/products']],
    ['/p/{{ product }}', ['/p/', { expression: 'product', roots: ['product'] }]],
    [
      '{{a}}{{b}}',
      [
        { expression: 'a', roots: ['a'] },
        { expression: 'b', roots: ['b'] },
      ],
    ],
    ['{{{{ a }}', ['{{ a }}']],
    ['{{{{{{ a }}', ['{{', { expression: 'a', roots: ['a'] }]],
    ['a }} b', ['a }} b']],
    ['{ a }', ['{ a }']],
    ["{{ env.TARGET or 'http://h' }}", [{ expression: 'env.TARGET', roots: ['env'], fallback: 'http://h' }]],
    ['{{ x or 3 }}', [{ expression: 'x', roots: ['x'], fallback: 3 }]],
    ['{{ x or -1.5 }}', [{ expression: 'x', roots: ['x'], fallback: -1.5 }]],
    ['{{ x or null }}', [{ expression: 'x', roots: ['x'], fallback: null }]],
    ['{{ x or [1, "a"] }}', [{ expression: 'x', roots: ['x'], fallback: [1, 'a'] }]],
    ["{{ x or 'it\\'s' }}", [{ expression: 'x', roots: ['x'], fallback: "it's" }]],
    [
      "{{ x or vars.y or 'z' }}",
      [{ expression: 'x', roots: ['x'], alternatives: [{ expression: 'vars.y', roots: ['vars'] }], fallback: 'z' }],
    ],
    ["{{ 'this or that' }}", [{ expression: "'this or that'", roots: [] }]],
    ['{{ {"a": {"b": 1}}.a }}', [{ expression: '{"a": {"b": 1}}.a', roots: [] }]],
    ['{{ "}}" }}', [{ expression: '"}}"', roots: [] }]],
  ])('%s', (text, parts) => {
    expect(partsOf(text)).toEqual(parts)
  })
})

describe('roots', () => {
  test.each<[string, string[]]>([
    ['{{ product }}', ['product']],
    ['{{ vars.x }}{{ vars.y }}', ['vars']],
    ['{{ items.map(i, i.id + x) }}', ['items', 'x']],
    ['{{ items.exists(i, i.id == j) && i }}', ['items', 'j', 'i']],
    ['{{ cel.bind(t, a + 1, t * t) }}', ['a']],
    ['{{ uuid() }}{{ fake.email() }}', []],
    ['{{ "<" + fake.email() + x + ">" }}', ['x']],
    ["{{ hmac('sha256', secret.KEY, body) }}", ['secret', 'body']],
    ['{{ a or b.c or 1 }}', ['a', 'b']],
    ['{{ has(a.b) ? {"k": c} : [d] }}', ['a', 'c', 'd']],
    ['{{ a[b].c }}', ['a', 'b']],
    ['{{ -a }}', ['a']],
    ['{{ !a }}', ['a']],
  ])('%s', (text, roots) => {
    const outcome = parseTemplate(text)
    expect(outcome.ok ? [...templateRoots(outcome.value)].sort() : outcome).toEqual([...roots].sort())
  })

  test('of a JSON template, keys included', () => {
    const outcome = parseJsonTemplate({ '{{ a }}': ['{{ b }}', { c: '{{ d }}x' }], e: 1 })
    expect(outcome.ok ? templateRoots(outcome.value) : outcome).toEqual(['a', 'b', 'd'])
  })
})

describe('faults', () => {
  test.each<[string, string, number, string?]>([
    ['ab {{ x', '{{ is not closed', 3],
    ['{{ x }', '{{ is not closed', 0, '{{ x }}'],
    ['{{ "x }}', '{{ is not closed: a quote or a bracket inside it is not closed', 0],
    ['{{ }}', '{{ }} is empty', 2],
    ['{{ a b }}', 'unexpected "b"', 5],
    ['{{ 1 + }}', 'the expression ends too early', 7],
    ['{{ a = 2 }}', 'unexpected "= 2"', 5, 'a == 2'],
    ['{{ a and b }}', 'unexpected "and b"', 5],
    ['{{ a or }}', '"or" has no value after it', 7],
    ['x {{ nope(1) }}', 'there is no function nope()', 5],
    ['{{ randomint(1, 2) }}', 'there is no function randomint()', 3, 'randomInt(1, 500)'],
    ['{{ email() }}', 'there is no function email()', 3, 'fake.email()'],
    ['{{ items.fliter(i, true) }}', 'there is no function .fliter()', 3, '.filter(...)'],
    ['{{ fake.emial() }}', 'there is no fake.emial()', 3, 'fake.email()'],
    ['{{ fake.firstname() }}', 'there is no fake.firstname()', 3, 'fake.firstName()'],
    ['{{ fake.email }}', 'fake.email is a function', 3, 'fake.email()'],
    ['{{ fake }}', 'fake has no value of its own', 3],
    ['{{ fake.email(1) }}', 'fake.email() takes no arguments, and was given 1', 3, 'fake.email()'],
    ['{{ uuid(1) }}', 'uuid() takes no arguments, and was given 1', 3],
    ['{{ randomInt(1) }}', 'randomInt() takes 2 arguments, and was given 1', 3],
    ["{{ hmac('sha25', 'k', body) }}", 'hmac() does not know the algorithm "sha25"', 3, 'sha256'],
    ["{{ 'a' + hmac('rot13', 'k', body) }}", 'hmac() does not know the algorithm "rot13"', 9],
  ])('%s', (text, message, offset, fix) => {
    const outcome = parseTemplate(text)
    expect(outcome.ok ? [] : outcome.errors[0]).toMatchObject({
      message,
      offset,
      ...(fix === undefined ? {} : { fix }),
    })
  })

  test('all of a text at once', () => {
    const outcome = parseTemplate('{{ uuid(1) }} {{ a b }} {{ c }} {{ d')
    expect(outcome.ok ? [] : outcome.errors.map(error => error.offset)).toEqual([3, 19, 32])
  })

  test('an expression has no braces', () => {
    expect(parseExpression('{{ a }}')).toMatchObject({ ok: false, errors: [{ fix: 'a' }] })
    expect(parseExpression('  ')).toMatchObject({ ok: false })
    expect(parseExpression(' a.b == 1 ')).toEqual({ ok: true, value: { expression: 'a.b == 1', roots: ['a'] } })
  })
})

describe('JSON templates', () => {
  test('what has no hole is one literal', () => {
    const value = { a: [1, 'x', null, { b: true }], c: '{{{{' }
    expect(parseJsonTemplate(value)).toEqual({
      ok: true,
      value: { kind: 'literal', value: { a: [1, 'x', null, { b: true }], c: '{{' } },
    })
  })

  test('a key named __proto__ stays a key', () => {
    const outcome = parseJsonTemplate(JSON.parse('{"__proto__": 1}'))
    expect(outcome).toMatchObject({
      ok: true,
      value: { kind: 'map', entries: [[{ text: '__proto__' }, { value: 1 }]] },
    })
  })

  test('faults of all its texts', () => {
    const outcome = parseJsonTemplate({ '{{': '{{ a b }}', c: ['{{ nope() }}'] })
    expect(outcome.ok ? 0 : outcome.errors.length).toBe(3)
  })
})

property.prop([fc.string({ unit: 'binary' })])('any text, its {{ doubled, is itself', text => {
  expect(partsOf(text.replaceAll('{{', '{{{{'))).toEqual([text])
})

const brace = fc.constantFrom('{', '}', '{{', '}}', ' ', 'a', '"', "'", 'or', '[', '(')
property.prop([fc.array(brace, { maxLength: 30 }).map(pieces => pieces.join(''))])(
  'braces in any order: literal text stays, holes are read or refused',
  text => {
    expect(partsOf(text.replaceAll('{{', '{{{{'))).toEqual([text])
    const outcome = parseTemplate(text)
    if (outcome.ok) expect(outcome.value.text).toBe(text)
    else
      expect(outcome.errors.every(error => (error.offset ?? 0) >= 0 && (error.offset ?? 0) <= text.length)).toBe(true)
  },
)

property.prop([fc.jsonValue()])('a JSON value without {{ is a literal equal to itself', value => {
  fc.pre(!JSON.stringify(value).includes('{{') && !JSON.stringify(value).includes('__proto__'))
  expect(parseJsonTemplate(value as JsonValue)).toEqual({ ok: true, value: { kind: 'literal', value } })
})
