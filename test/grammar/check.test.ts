import { describe, expect, test } from 'vitest'
import { parseCheck } from '../../lib/scenario/check.ts'

const status = { kind: 'status' }
const json = (path: string) => ({ kind: 'json', path })
const compare = (operator: string, value: unknown) => ({ kind: 'compare', operator, value })
const text = (written: string) => ({ text: written, parts: [written] })

describe('every form', () => {
  test.each<[string, object, object]>([
    ['status is 200', status, compare('is', 200)],
    ['status = 200', status, compare('is', 200)],
    ['status == 200', status, compare('is', 200)],
    ['status != 200', status, compare('is not', 200)],
    ['status is not 404', status, compare('is not', 404)],
    ['status < 400', status, compare('<', 400)],
    ['status is 2xx', status, { kind: 'between', from: 200, to: 299 }],
    ['status is not 5xx', status, { kind: 'between', from: 500, to: 599, not: true }],
    ['status in 200..299', status, { kind: 'between', from: 200, to: 299 }],
    ['status in [200, 204]', status, { kind: 'in', values: [200, 204] }],
    ['status not in [500]', status, { kind: 'in', values: [500], not: true }],
    [
      'status is {{ vars.code }}',
      status,
      compare('is', { text: '{{ vars.code }}', parts: [{ expression: 'vars.code', roots: ['vars'] }] }),
    ],
    ['json $.items[0].id exists', json('$.items[0].id'), { kind: 'exists' }],
    ['json $.x does not exist', json('$.x'), { kind: 'missing' }],
    ['json $.x is missing', json('$.x'), { kind: 'missing' }],
    ['json $.x is "y z"', json('$.x'), compare('is', text('y z'))],
    ["json $.x is 'y z'", json('$.x'), compare('is', text('y z'))],
    ['json $.x is y', json('$.x'), compare('is', text('y'))],
    ['json $.x is "3"', json('$.x'), compare('is', text('3'))],
    ['json $.x is 3', json('$.x'), compare('is', 3)],
    ['json $.x is true', json('$.x'), compare('is', true)],
    ['json $.x is not null', json('$.x'), compare('is not', null)],
    ['json $.n > 3', json('$.n'), compare('>', 3)],
    ['json $.n>=3', json('$.n>=3'), {}],
    ['json $.list contains "a"', json('$.list'), compare('contains', text('a'))],
    ['json $.list does not contain 3', json('$.list'), compare('does not contain', 3)],
    ['json $.items[?@.a == "x y"].b is 1', json('$.items[?@.a == "x y"].b'), compare('is', 1)],
    ["json $['is not'] is 1", json("$['is not']"), compare('is', 1)],
    ['json $.s matches /^a b\\/c$/i', json('$.s'), { kind: 'matches', pattern: '^a b/c$', flags: 'i' }],
    ['body does not match /error/', { kind: 'body' }, { kind: 'matches', pattern: 'error', flags: '', not: true }],
    ['body contains "ok"', { kind: 'body' }, compare('contains', text('ok'))],
    ['body exists', { kind: 'body' }, { kind: 'exists' }],
    ['header Content-Type contains json', { kind: 'header', name: 'content-type' }, compare('contains', text('json'))],
    ['cookie session exists', { kind: 'cookie', name: 'session' }, { kind: 'exists' }],
    ['css h1 exists', { kind: 'css', selector: 'h1' }, { kind: 'exists' }],
    ['css ul > li exists', { kind: 'css', selector: 'ul > li' }, { kind: 'exists' }],
    ['css .price > 3', { kind: 'css', selector: '.price' }, compare('>', 3)],
    [
      'css a[title="it is"] @href is "/x"',
      { kind: 'css', selector: 'a[title="it is"]', attribute: 'href' },
      compare('is', text('/x')),
    ],
    ['xml //id is 3', { kind: 'xml', path: '//id' }, compare('is', 3)],
    ['xml count(//item) > 3', { kind: 'xml', path: 'count(//item)' }, compare('>', 3)],
    ["xml //a[@b = 'c'] exists", { kind: 'xml', path: "//a[@b = 'c']" }, { kind: 'exists' }],
    ['regex /id=(\\d+)/ is 7', { kind: 'regex', pattern: 'id=(\\d+)', flags: '' }, compare('is', 7)],
    ['time < 500ms', { kind: 'time' }, compare('<', 500)],
    ['time < 1.5s', { kind: 'time' }, compare('<', 1500)],
    ['size < 10KB', { kind: 'size' }, compare('<', 10_000)],
  ])('%s', (line, source, checked) => {
    if (line === 'json $.n>=3') {
      // The path ends at a space, and `>=` cannot stand in one.
      expect(parseCheck(line).ok).toBe(false)
      return
    }
    expect(parseCheck(`  ${line} `)).toEqual({ ok: true, value: { text: line, source, test: checked } })
  })
})

describe('every fault is named, with the right form', () => {
  test.each<[string, string, string?]>([
    ['', 'the check is empty'],
    ['status', '"status" does not say what is asked of it', 'status is 200'],
    ['status 200', '"200" is not a test', 'status is 200'],
    ['200', '"200" is not a part of an answer', 'status is 200'],
    ['status is ok', '"ok" is not a status code', 'status is 2xx'],
    ['status is "200"', '""200"" is not a status code', 'status is 200'],
    ['status is 200, 204', '"200, 204" is not a status code', 'status in [200, 204]'],
    ['status is 200 or 204', '"200 or 204" is not a status code', 'status in [200, 204]'],
    ['status is 200..204', '"200..204" is a range', 'status in 200..204'],
    ['status in 200, 204', '"200, 204" is not a list or a range', 'status in [200, 204]'],
    ['status in 299..200', 'the range 299..200 ends before it begins', 'status in 200..299'],
    ['status in []', 'the list is empty'],
    ['status in [null]', '"null" cannot stand in a list'],
    ['status exists', 'every answer has a status', 'status is 200'],
    ['status contains 2', 'status is a number, and contains nothing', 'status is 200'],
    ['statuscode is 200', '"statuscode" is not a part of an answer', 'status is 200'],
    ['staus is 200', '"staus" is not a part of an answer', 'status is 200'],
    ['time < 500', '"500" has no unit', 'time < 500ms'],
    ['time < 500 ms', '"500 ms" has a space before its unit', 'time < 500ms'],
    ['size < 10 kb', '"10 kb" has a space before its unit', 'size < 10KB'],
    ['body', '"body" does not say what is asked of it', 'body contains "ok"'],
    ['body contains', '"body contains" has no value after it', 'body contains "ok"'],
    ['body contains not found', '"not found" is more than one word', 'body contains "not found"'],
    ['body matches ok', '"ok" is not a pattern between slashes'],
    ['body matches /a/x', '"x" is not a flag'],
    ['body matches /a/ii', 'the flag "i" stands twice'],
    ['body matches //', 'the pattern is empty, and matches everything'],
    ['json x exists', '"x" is not a JSONPath: it does not begin with $', 'json $.x'],
    ['json $.x', '"json $.x" does not say what is asked of it', 'json $.x exists'],
    ['json $.x equals 3', '"equals" is not a test', 'json $.x is 3'],
    ['json $.x is equal to 3', '"equal to 3" is more than one word'],
    ["json $.x isn't 3", '"isn\'t" is not a test', 'json $.x is not 3'],
    ['json $.x includes 3', '"includes" is not a test', 'json $.x contains 3'],
    ['json $.x is present', '"is present" is not a test', 'json $.x exists'],
    ['json $.x is a b', '"a b" is more than one word', 'json $.x is "a b"'],
    ['json $.x is [1]', '"[1]" is not a single value'],
    ['json $.x is "a', 'the quotes around "a do not match'],
    ['json $.x > "a"', '""a"" is not a number'],
    ['json $.x exists 3', '"exists" is followed by "3"', 'json $.x exists'],
    ['json $.x is {{ a b }}', 'unexpected "b"'],
    ['jsonpath $.x exists', '"jsonpath" is not a part of an answer', 'json $.x exists'],
    ['$.x exists', '"$.x" is not a part of an answer', 'json $.x exists'],
    ['css h1:frist-child exists', ':frist-child is not a pseudo-class that can be used here', ':first-child'],
    ['css p::before exists', '::before is a pseudo-element, which has no text of its own'],
    ['css a@href exists', 'the attribute is glued to the selector', 'css a @href'],
    ['css exists', 'css needs a selector, such as css h1'],
    ['xml foo(//a) exists', 'XPath 1.0 has no function foo()'],
    ['regex /(?=x)/ exists', '/(?=x)/ is not a pattern: invalid or unsupported Perl syntax: `(?=`'],
    ['regex /a exists', '"/a" is not a pattern between slashes', '/a/'],
    ['header x: is 3', '"x:" is not a header name', 'header x'],
    ['header content type is x', '"type is x" is not a test'],
  ])('%s', (line, message, fix) => {
    const outcome = parseCheck(line)
    expect(outcome.ok).toBe(false)
    if (!outcome.ok) expect(outcome.errors[0]).toMatchObject({ message, ...(fix === undefined ? {} : { fix }) })
  })

  test('a fault of the source and one of the test come at once', () => {
    const outcome = parseCheck('json x > "a"')
    expect(outcome.ok ? 0 : outcome.errors.length).toBe(2)
  })

  test('what is said of a path that is not closed is said once', () => {
    for (const line of ['json $..[ exists', 'xml //a[ exists']) {
      const outcome = parseCheck(line)
      expect(outcome.ok ? 0 : outcome.errors.length).toBe(1)
    }
  })
})
