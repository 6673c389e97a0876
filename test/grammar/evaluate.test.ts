import { describe, expect, test } from 'vitest'
import type { Answer } from '../../lib/generate/answer.ts'
import { checkNeedsBody, compileCheck } from '../../lib/generate/evaluate-check.ts'
import { compileSource, sourceNeedsBody } from '../../lib/generate/extract.ts'
import { Random } from '../../lib/plan/random.ts'
import { parseCheck } from '../../lib/scenario/check.ts'
import type { JsonValue } from '../../lib/scenario/json.ts'
import { pseudoClasses } from '../../lib/scenario/markup-syntax.ts'
import { parseSave } from '../../lib/scenario/save.ts'
import { parseSource } from '../../lib/scenario/source.ts'
import { prepare, read, sampleAnswer, sampleScope } from './sample-scope.ts'

const json = sampleAnswer({
  body: JSON.stringify({
    id: 7,
    name: 'Ann',
    three: '3',
    none: null,
    list: ['a', 3, { b: 1 }],
    items: [{ id: 1 }, { id: 2 }, { id: 3 }],
    'a b': { c: true },
  }),
  headers: [
    ['content-type', 'application/json; charset=utf-8'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'session=2'],
    ['x-count', '12'],
  ],
  cookies: { session: '2' },
})
const html = sampleAnswer({
  body: '<html><body><h1> Hello <b>you</b> </h1><ul><li>1</li><li>2</li></ul><a class="next" href="/p?2&amp;x">n</a><p></p></body></html>',
})
const xml = sampleAnswer({
  body: '<?xml version="1.0"?><r xmlns="urn:x" xmlns:p="urn:p"><id>3</id><id k="v">4</id><p:q>5</p:q></r>',
})
const plain = sampleAnswer({ body: 'id=31; id=42; state=ok', status: 404, timeMs: 812.3456 })
const bare = sampleAnswer({})
const doctype = sampleAnswer({
  body: '<!DOCTYPE r [<!ENTITY e "boom"><!ENTITY f SYSTEM "file:///etc/hostname">]><r><id>&e;&f;</id></r>',
})

async function extract(text: string, answer: Answer, seed = 1): Promise<JsonValue | undefined> {
  const { source, pick } = read(parseSave('n', text))
  await prepare([source])
  return compileSource(source, pick)(answer, new Random(seed))
}

describe('sources', () => {
  test.each<[string, Answer, JsonValue | undefined]>([
    ['json $.id', json, 7],
    ['json $', sampleAnswer({ body: '[1]' }), [1]],
    ["json $['a b'].c", json, true],
    ['json $.none', json, null],
    ['json $.nope', json, undefined],
    ['json $.name.length', json, undefined],
    ['json $.list.length', json, undefined],
    ['json $.constructor', json, undefined],
    ['json $.items[1].id', json, 2],
    ['json $.items[-1].id', json, 3],
    ['json $.items[9].id', json, undefined],
    ['json $.items[*].id', json, 1],
    ['json $..id', json, 7],
    ['json $.items[?@.id > 1].id', json, 2],
    ['all json $.items[*].id', json, [1, 2, 3]],
    ['all json $.items[?@.id > 9].id', json, undefined],
    ['all json $.id', json, [7]],
    ['json $.id', html, undefined],
    ['json $..id', html, undefined],
    ['css h1', html, 'Hello you'],
    ['css a.next @href', html, '/p?2&x'],
    ['css a.next @nope', html, undefined],
    ['css p', html, ''],
    ['css h2', html, undefined],
    ['all css ul > li', html, ['1', '2']],
    ['xml //id', xml, '3'],
    ['xml //id[2]/@k', xml, 'v'],
    ['all xml //id', xml, ['3', '4']],
    ['xml count(//id)', xml, 2],
    ['xml string(//id[2])', xml, '4'],
    ['xml //id = 3', xml, true],
    ['xml //nope', xml, undefined],
    ['xml //id', json, undefined],
    ['xml //id', bare, undefined],
    ['regex /id=(\\d+)/', plain, '31'],
    ['regex /ID=\\d+/i', plain, 'id=31'],
    ['all regex /id=(\\d+)/', plain, ['31', '42']],
    ['regex /nope/', plain, undefined],
    ['regex /(x)?id/', plain, undefined],
    ['header content-type', json, 'application/json; charset=utf-8'],
    ['all header set-cookie', json, ['a=1', 'session=2']],
    ['header nope', json, undefined],
    ['cookie session', json, '2'],
    ['cookie nope', json, undefined],
    ['body', plain, 'id=31; id=42; state=ok'],
    ['status', plain, 404],
    ['time', plain, 812.3456],
    ['size', plain, 22],
  ])('%s', async (text, answer, expected) => {
    expect(await extract(text, answer)).toEqual(expected)
  })

  test('`any` is one of the matches, the same for a seed, each of them for some', async () => {
    const drawn: (JsonValue | undefined)[] = []
    for (let seed = 0; seed < 40; seed++) {
      const value = await extract('any json $.items[*].id', json, seed)
      expect(await extract('any json $.items[*].id', json, seed)).toBe(value)
      drawn.push(value)
    }
    expect([...new Set(drawn)].sort()).toEqual([1, 2, 3])
  })

  test('no entity of a document is expanded or fetched', async () => {
    expect(await extract('xml //id', doctype)).toBe('&e;&f;')
  })

  test('a pattern that makes others backtrack for ever ends', async () => {
    expect(await extract('regex /(a+)+$/', sampleAnswer({ body: `${'a'.repeat(20_000)}b` }))).toBeUndefined()
  })

  test.each(['body', 'json $.a', 'css a', 'xml //a', 'regex /a/'])('%s needs the body', text => {
    expect(sourceNeedsBody(read(parseSource(text)))).toBe(true)
    expect(checkNeedsBody(read(parseCheck(`${text} exists`)))).toBe(true)
  })

  test.each(['status', 'time', 'size', 'header x', 'cookie x'])('%s does not', text => {
    expect(sourceNeedsBody(read(parseSource(text)))).toBe(false)
  })

  test('each pseudo-class that the reader accepts is one the selector library runs', async () => {
    const { compile } = await import('css-select')
    const needed: Record<string, string> = {
      has: 'b',
      is: 'b',
      matches: 'b',
      not: 'b',
      where: 'b',
      lang: 'en',
      contains: 'x',
      icontains: 'x',
    }
    for (const name of pseudoClasses) {
      const given = needed[name] ?? (name.startsWith('nth-') ? '2' : undefined)
      expect(() => compile(given === undefined ? `a:${name}` : `a:${name}(${given})`), name).not.toThrow()
    }
  })
})

const scopeValues = { product: 7, limit: '900ms', text: '3', who: 'Ann' }

async function check(text: string, answer: Answer): Promise<string> {
  const line = read(parseCheck(text))
  await prepare([line])
  const { pass, actual } = compileCheck(line)(answer, sampleScope(scopeValues))
  expect(pass).toBe(actual === '')
  return pass ? 'pass' : actual
}

describe('checks', () => {
  test.each<[string, Answer, string]>([
    ['status is 200', json, 'pass'],
    ['status is 200', plain, '404'],
    ['status is not 200', plain, 'pass'],
    ['status is 2xx', json, 'pass'],
    ['status is 2xx', plain, '404'],
    ['status is not 4xx', plain, '404'],
    ['status in 400..404', plain, 'pass'],
    ['status in [200, 204]', plain, '404'],
    ['status not in [200, 204]', plain, 'pass'],
    ['status < 400', plain, '404'],
    ['time < 500ms', plain, '812.3 ms'],
    ['time < 1s', plain, 'pass'],
    ['time < {{ limit }}', plain, 'pass'],
    ['size < 10B', plain, '22 bytes'],
    ['json $.id exists', json, 'pass'],
    ['json $.none exists', json, 'pass'],
    ['json $.nope exists', json, 'nothing'],
    ['json $.nope does not exist', json, 'pass'],
    ['json $.id is missing', json, '7'],
    ['json $.id is 7', json, 'pass'],
    ['json $.id is "7"', json, '7'],
    ['json $.three is 3', json, '"3"'],
    ['json $.three is "3"', json, 'pass'],
    ['json $.three > 2', json, '"3"'],
    ['json $.id > 6', json, 'pass'],
    ['json $.id >= 8', json, '7'],
    ['json $.id is {{ product }}', json, 'pass'],
    ['json $.three is {{ text }}', json, 'pass'],
    ['json $.name is "{{ who }}"', json, 'pass'],
    ['json $.name is "x{{ who }}"', json, '"Ann"'],
    ['json $.id is {{ nope }}', json, '{{ nope }} has no value: there is no nope here'],
    ['json $.none is null', json, 'pass'],
    ['json $.none is not null', json, 'null'],
    ['json $.nope is not null', json, 'nothing'],
    ['json $.nope does not contain 3', json, 'nothing'],
    ['json $.list contains "a"', json, 'pass'],
    ['json $.list contains 3', json, 'pass'],
    ['json $.list contains "3"', json, '["a",3,{"b":1}]'],
    ['json $.list does not contain "z"', json, 'pass'],
    ["json $['a b'] contains c", json, 'pass'],
    ['json $.name contains nn', json, 'pass'],
    ['json $.id contains 7', json, '7'],
    ['json $.items[*].id contains 3', json, 'pass'],
    ['json $.items[*].id contains 9', json, '[1,2,3]'],
    ['json $.name in ["Bob", Ann]', json, 'pass'],
    ['json $.name matches /^a/i', json, 'pass'],
    ['json $.name does not match /^A/', json, '"Ann"'],
    ['json $.id exists', html, 'nothing'],
    ['header content-type contains json', json, 'pass'],
    ['header set-cookie contains session', json, 'pass'],
    ['header x-count is 12', json, 'pass'],
    ['header x-count > 12', json, '"12"'],
    ['header nope does not exist', json, 'pass'],
    ['cookie session exists', json, 'pass'],
    ['cookie session is 2', json, 'pass'],
    ['css h1 is "Hello you"', html, 'pass'],
    ['css li > 0', html, 'pass'],
    ['css p is ""', html, 'pass'],
    ['css h1 is ""', html, '"Hello you"'],
    ['xml //id is 3', xml, 'pass'],
    ['xml count(//id) is 2', xml, 'pass'],
    ['regex /id=(\\d+)/ is 31', plain, 'pass'],
    ['body contains "state=ok"', plain, 'pass'],
    ['body matches /state=(ok|fine)/', plain, 'pass'],
    ['body does not contain state', plain, '"id=31; id=42; state=ok"'],
    ['body exists', bare, 'nothing'],
    ['body is ""', bare, 'pass'],
    ['body contains x', bare, 'an empty body'],
  ])('%s', async (text, answer, expected) => {
    expect(await check(text, answer)).toBe(expected)
  })

  test('what a failed check shows is at most 200 characters', async () => {
    const long = sampleAnswer({ body: 'x'.repeat(5000) })
    const shown = await check('body contains y', long)
    expect(shown).toMatch(/^"x+\.\.\.$/)
    expect(shown.length).toBeLessThanOrEqual(200)
  })
})
