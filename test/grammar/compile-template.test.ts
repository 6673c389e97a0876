import { createHash, createHmac } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileCel } from '../../lib/generate/compile-cel.ts'
import { compilePlain } from '../../lib/generate/compile-plain.ts'
import { compileExpression, compileTemplate, compileValue, TemplateError } from '../../lib/generate/compile-template.ts'
import { fakeMakers } from '../../lib/generate/fake-values.ts'
import { templateFunction } from '../../lib/generate/template-functions.ts'
import type { JsonValue } from '../../lib/scenario/json.ts'
import { parsePlain } from '../../lib/scenario/plain-expression.ts'
import { parseExpression, parseJsonTemplate, parseTemplate } from '../../lib/scenario/template.ts'
import { fakeKinds, functionForms, templateFunctions } from '../../lib/scenario/template-function.ts'
import { prepare, read, sampleScope } from './sample-scope.ts'

const values: Readonly<Record<string, JsonValue>> = {
  x: 1,
  s: '5',
  n: null,
  iteration: 4,
  response: { status: 200, ok: true },
  items: [{ id: 7 }, { id: 8 }],
  vars: { host: 'h', list: ['a', 'b', 'c'] },
  account: { email: 'e@x', age: '3' },
  odd: { constructor: 'own' },
  secret: { KEY: 'k' },
  empty: [],
}

beforeAll(async () => {
  await prepare([read(parseTemplate('{{ x + 1 }}{{ fake.email() }}'))])
})

const text = (template: string, seed = 1) => compileTemplate(read(parseTemplate(template)))(sampleScope(values, seed))
const value = (template: JsonValue, seed = 1) =>
  compileValue(read(parseJsonTemplate(template)))(sampleScope(values, seed))

describe('text', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['{{ x }}', '1'],
    ['a{{ x }}', 'a1'],
    ['{{ x }}b', '1b'],
    ['a{{ x }}b{{ s }}c', 'a1b5c'],
    ['{{{{ {{ x }} }}', '{{ 1 }}'],
    ['{{ items[0].id }}', '7'],
    ["{{ vars['host'] }}", 'h'],
    ['{{ items }}', '[{"id":7},{"id":8}]'],
    ['{{ response.ok }}', 'true'],
    ['{{ x + 1 }}', '2'],
    ['{{ 1 + x }}', '2'],
    ['{{ iteration % 3 }}', '1'],
    ['{{ iteration * 2 - 1 }}', '7'],
    ['{{ x / 2 }}', '0.5'],
    ['{{ items[x].id }}', '8'],
    ['{{ items.map(i, i.id * 2) }}', '[14,16]'],
    ['{{ items.filter(i, i.id > 7)[0].id }}', '8'],
    ['{{ size(items) + x }}', '3'],
    ['{{ x == 1 ? "one" : "other" }}', 'one'],
    ['{{ string(x) + "a" }}', '1a'],
    ['{{ x in [1, 2] }}', 'true'],
    ['{{ odd.constructor }}', 'own'],
    ['{{ timestamp("2024-01-01T00:00:00Z") }}', '2024-01-01T00:00:00.000Z'],
    ['{{ number(account.age) }}', '3'],
    ['{{ number(account.age) + 1 }}', '4'],
    ['{{ now() }}', '1700000000123'],
    ['{{ base64("a:b") }}', 'YTpi'],
    ["{{ nope or 'z' }}", 'z'],
    ['{{ nope.a.b or x }}', '1'],
    ["{{ items[9].id or 'z' }}", 'z'],
    ["{{ items[9].id + 1 or 'z' }}", 'z'],
    ["{{ n or 'z' }}", 'z'],
    ['{{ nope or vars.nope or 0 }}', '0'],
    ["{{ pick(empty) or 'none' }}", 'none'],
  ])('%s', (template, expected) => {
    expect(text(template)).toBe(expected)
  })

  test('digests are those of node:crypto, over text and over the bytes about to be sent', () => {
    const body = '{"a":1}'
    expect(text('{{ sha256("a") }}')).toBe(createHash('sha256').update('a').digest('hex'))
    expect(text('{{ sha256(body) }}')).toBe(createHash('sha256').update(body).digest('hex'))
    expect(text("{{ hmac('sha512', secret.KEY, body) }}")).toBe(createHmac('sha512', 'k').update(body).digest('hex'))
    expect(text("{{ 'v1=' + hmac('sha1', secret.KEY, body) }}")).toBe(
      `v1=${createHmac('sha1', 'k').update(body).digest('hex')}`,
    )
  })
})

describe('values keep their type', () => {
  test.each<[JsonValue, JsonValue]>([
    ['{{ x }}', 1],
    ['{{ x }} ', '1 '],
    ['{{ items }}', [{ id: 7 }, { id: 8 }]],
    ['{{ n }}', null],
    ['{{ n or 3 }}', 3],
    ['{{ nope or null }}', null],
    ['{{ response.status == 200 }}', true],
    ['{{ 1 + 1 }}', 2],
    [
      { id: '{{ x }}', list: ['{{ s }}', 2], '{{ s }}': 'k' },
      { id: 1, list: ['5', 2], '5': 'k' },
    ],
    [{ a: [null, true] }, { a: [null, true] }],
  ])('%j', (template, expected) => {
    expect(value(template)).toEqual(expected)
  })

  test('a key that a template names __proto__ is a key', () => {
    expect(JSON.stringify(value({ '{{ "__proto__" }}': 1 }))).toBe('{"__proto__":1}')
  })
})

describe('what has no value is an error that names the hole', () => {
  test.each([
    ['{{ nope }}', '{{ nope }} has no value: there is no nope here'],
    ['{{ account.emial }}', '{{ account.emial }} has no value: account has no "emial", only email, age'],
    ['{{ items[5].id }}', '{{ items[5].id }} has no value: items has no 5, only a list of 2'],
    ['{{ s.length }}', '{{ s.length }} has no value: s is a string'],
    ['{{ items.length }}', '{{ items.length }} has no value'],
    ['{{ account.constructor }}', '{{ account.constructor }} has no value'],
    ['{{ account.toString }}', '{{ account.toString }} has no value'],
    ['{{ items[5].id + 1 }}', '{{ items[5].id + 1 }} has no value'],
    ['a{{ n }}', '{{ n }} has no value: n is null'],
    ['{{ pick(empty) }}', '{{ pick(empty) }} has no value'],
    ['{{ s == 5 }}', '{{ s == 5 }}: a text is compared with a number; number(...) reads a text'],
    ['{{ s == 5 ? 1 : 2 }}', '{{ s == 5 ? 1 : 2 }}: a text is compared with a number; number(...) reads a text'],
    ['{{ s && true }}', '{{ s && true }}: a text stands where true or false is needed'],
    ['{{ s + 1 }}', '{{ s + 1 }}: no such overload: dyn<string> + int'],
    ['{{ body }}', '{{ body }} gives bytes: use base64(...)'],
    ['{{ number(account.email) }}', '{{ number(account.email) }}: number() was given text that is not a number'],
    ['{{ randomInt(3, 1) }}', '{{ randomInt(3, 1) }}: randomInt(3, 1): the first number is the greater one'],
    ['{{ randomInt(0.5, 1) }}', '{{ randomInt(0.5, 1) }}: randomInt() takes two whole numbers'],
    ['{{ randomString(-1) }}', '{{ randomString(-1) }}: randomString() takes a whole number up to 1000000'],
    ['{{ pick(s) }}', '{{ pick(s) }}: pick() takes a list'],
    ['{{ x / 0.0 }}', '{{ x / 0.0 }}: the result is not a finite number'],
    ['{{ 9007199254740993 }}', '{{ 9007199254740993 }}: the result is a whole number beyond 2^53'],
  ])('%s', (template, message) => {
    expect(() => text(template)).toThrow(TemplateError)
    expect(() => text(template)).toThrow(message)
  })

  test('an expression too', () => {
    const run = compileExpression(read(parseExpression('nope.x > 2')))
    expect(() => run(sampleScope(values))).toThrow('{{ nope.x > 2 }} has no value')
  })

  test('a secret is in no message', () => {
    expect(() => text('{{ secret.KEY == 3 }}')).toThrow(/^(?!.*\bk\b)/)
    expect(() => text('{{ number(secret.KEY) }}')).toThrow(/^(?!.*"k")/)
  })
})

describe('randomness is the iteration seed and nothing else', () => {
  const random = [
    '{{ uuid() }}',
    '{{ randomInt(1, 1000000) }}',
    '{{ randomString(12) }}',
    '{{ pick(vars.list) }}{{ pick(vars.list) }}{{ pick(vars.list) }}{{ pick(vars.list) }}',
    ...fakeKinds.map(kind => `{{ fake.${kind}() }}`),
  ]
  test.each(random)('%s', template => {
    const render = compileTemplate(read(parseTemplate(template)))
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const first = seeds.map(seed => render(sampleScope(values, seed)))
    expect(seeds.map(seed => render(sampleScope(values, seed)))).toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(1)
  })

  test('a UUID is of version 4 and variant 1', () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(text('{{ uuid() }}', seed)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
    }
  })

  test('randomInt reaches both bounds', () => {
    const drawn = new Set(Array.from({ length: 100 }, (_, seed) => text('{{ randomInt(1, 3) }}', seed)))
    expect([...drawn].sort()).toEqual(['1', '2', '3'])
  })
})

test('each function and each kind that the reader knows exists', () => {
  for (const name of Object.keys(templateFunctions)) expect(templateFunction(name)).toBeTypeOf('function')
  expect(Object.keys(functionForms)).toEqual(Object.keys(templateFunctions))
  expect(Object.keys(fakeMakers).sort()).toEqual([...fakeKinds].sort())
})

/** The same expression twice: as it is written, and with its literals made dynamic, since CEL refuses `!null` unread. */
type Twin = { readonly written: string; readonly dynamic: string }

function join(pieces: readonly (string | Twin)[]): Twin {
  const side = (key: keyof Twin) => pieces.map(piece => (typeof piece === 'string' ? piece : piece[key])).join('')
  return { written: side('written'), dynamic: side('dynamic') }
}

const paths = ['x', 'iteration', 's', 'n', 'response.status', 'response.ok', 'nope', "vars['host']"]
const literals = ['1', '200', '"5"', 'true', 'null', '2.5']
const leaf = fc.oneof(
  fc.constantFrom(...paths).map(path => ({ written: path, dynamic: path })),
  fc.constantFrom(...literals).map(literal => ({ written: literal, dynamic: `dyn(${literal})` })),
)
const signs = fc.constantFrom(' == ', ' != ', ' < ', ' <= ', ' > ', ' >= ', ' && ', ' || ')
const { expression } = fc.letrec<{ expression: Twin; operand: Twin }>(tie => ({
  operand: fc.oneof(
    { depthSize: 'small' },
    leaf,
    tie('expression').map(inner => join(['(', inner, ')'])),
    tie('operand').map(inner => join(['!(', inner, ')'])),
  ),
  expression: fc.oneof(leaf, fc.tuple(tie('operand'), signs, tie('operand')).map(join)),
}))

/** What an evaluation gives: a value, `undefined`, or an error of either side. */
function outcome(run: () => unknown): unknown {
  try {
    return { value: run() }
  } catch (error) {
    return error instanceof TemplateError ? 'error' : error
  }
}

property.prop([expression], { numRuns: 1000 })('a plain expression gives what CEL gives', ({ written, dynamic }) => {
  const tree = parsePlain(written)
  if (tree === undefined) throw new Error(`${written} should be plain`)
  const { roots } = read(parseExpression(written))
  const scope = sampleScope(values)
  const cel = outcome(() => compileCel(dynamic, roots)(scope))
  const plain = outcome(() => compilePlain(tree)(scope))
  // An expression that both cannot evaluate may be an error for one and have no value for the other.
  const failed = (result: unknown) => result === 'error' || JSON.stringify(result) === '{}'
  if (failed(cel) && failed(plain)) return
  expect(plain).toEqual(cel)
})
