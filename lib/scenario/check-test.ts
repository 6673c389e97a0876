import type { CheckOperator, CheckTest } from './check.ts'
import { readList, readValue } from './check-value.ts'
import { type GrammarError, notParsed, type Parsed, shifted } from './grammar-error.ts'
import { readPattern } from './pattern.ts'
import type { Source } from './source.ts'

type Kind = Source['kind']

/** Every way to say a test, longest first where one begins another. */
const forms: readonly (readonly [
  RegExp,
  CheckOperator | 'exists' | 'missing' | 'matches' | 'no match' | 'in' | 'not in',
])[] = [
  [/^does not exist\b/, 'missing'],
  [/^is missing\b/, 'missing'],
  [/^exists\b/, 'exists'],
  [/^does not contain\b/, 'does not contain'],
  [/^contains\b/, 'contains'],
  [/^does not match\b/, 'no match'],
  [/^matches\b/, 'matches'],
  [/^(?:is )?not in\b/, 'not in'],
  [/^(?:is )?in\b/, 'in'],
  [/^is not\b/, 'is not'],
  [/^is\b/, 'is'],
  [/^!=/, 'is not'],
  [/^==?(?!=)/, 'is'],
  [/^<=/, '<='],
  [/^>=/, '>='],
  [/^<(?!>)/, '<'],
  [/^>/, '>'],
]

/** What is written elsewhere, and the right word here. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [/^(?:===)/, 'is'],
  [/^(?:!==|<>)/, 'is not'],
  [/^(?:equals|equal to|eq|to be|should be|must be)\b/, 'is'],
  [/^(?:isn't|does not equal|not equals?|ne)\b/, 'is not'],
  [/^(?:doesn't exist|not exists?|is absent|absent|missing|is undefined|is not present)\b/, 'does not exist'],
  [/^(?:is present|is defined|present|exist)\b/, 'exists'],
  [/^(?:doesn't contain|not contains?|excludes)\b/, 'does not contain'],
  [/^(?:includes?|has|contain)\b/, 'contains'],
  [/^(?:match|=~)/, 'matches'],
  [/^(?:below|under|less than|lt|max)\b/, '<'],
  [/^(?:above|over|more than|greater than|gt|min)\b/, '>'],
  [/^(?:at most|lte)\b/, '<='],
  [/^(?:at least|gte)\b/, '>='],
]

const testForms =
  'exists, does not exist, is, is not, <, <=, >, >=, contains, does not contain, matches /../, in [..] or in 1..9'

/** What each source is usually asked. */
const usualTests: Readonly<Record<Kind, string>> = {
  status: 'status is 200',
  time: 'time < 500ms',
  size: 'size < 10KB',
  body: 'body contains "ok"',
  json: 'json $.id exists',
  css: 'css h1 exists',
  regex: 'regex /id=(\\d+)/ exists',
  xml: 'xml //id exists',
  header: 'header content-type contains json',
  cookie: 'cookie session exists',
}

/** What follows a source. `subject` is the source as written, for the corrected line. Offsets count in `source`. */
export function readTest(kind: Kind, source: string, subject: string): Parsed<CheckTest> {
  const lead = source.length - source.trimStart().length
  const text = source.trim().replace(/^((?:is|does)\s+)(not\s+)?/, whole => whole.replace(/\s+/g, ' '))
  if (text === '') {
    const message = `"${subject}" does not say what is asked of it`
    return notParsed({ message, expected: testForms, fix: usualFix(kind, subject), offset: source.length })
  }
  const form = forms.find(([pattern]) => pattern.test(text))
  const wrong = foreign.find(([pattern]) => pattern.test(text))
  if (form === undefined || (wrong !== undefined && form[1] === 'is' && !/^==?(?!=)/.test(text))) {
    return notParsed({ ...unknownTest(kind, text, subject, wrong), offset: lead })
  }
  const [pattern, operator] = form
  const value = text.replace(pattern, '').trim()
  const at = lead + text.length - value.length
  const outcome = readOperation(kind, operator, value, subject)
  return outcome.ok ? outcome : notParsed(...shifted(outcome.errors, at))
}

function readOperation(
  kind: Kind,
  operator: (typeof forms)[number][1],
  value: string,
  subject: string,
): Parsed<CheckTest> {
  switch (operator) {
    case 'exists':
    case 'missing':
      return readExistence(kind, operator, value, subject)
    case 'matches':
    case 'no match': {
      const pattern = readPattern(value)
      if (!pattern.ok) return pattern
      const not = operator === 'no match' ? { not: true as const } : {}
      return { ok: true, value: { kind: 'matches', ...pattern.value, ...not } }
    }
    case 'in':
    case 'not in': {
      const list = readList(value, subject)
      if (!list.ok) return list
      return { ok: true, value: operator === 'in' ? list.value : { ...list.value, not: true } }
    }
    default:
      return readComparison(kind, operator, value, subject)
  }
}

function readExistence(kind: Kind, test: 'exists' | 'missing', rest: string, subject: string): Parsed<CheckTest> {
  if (rest !== '') {
    const word = test === 'exists' ? 'exists' : 'does not exist'
    return notParsed({ message: `"${word}" is followed by "${rest}"`, expected: 'nothing', fix: `${subject} ${word}` })
  }
  if (kind === 'status' || kind === 'time' || kind === 'size') {
    return notParsed({ message: `every answer has a ${kind}`, expected: usualTests[kind], fix: usualTests[kind] })
  }
  return { ok: true, value: { kind: test } }
}

function readComparison(kind: Kind, operator: CheckOperator, text: string, subject: string): Parsed<CheckTest> {
  if (text === '') {
    const fix = usualFix(kind, subject)
    return notParsed({ message: `"${subject} ${operator}" has no value after it`, expected: 'a value', fix })
  }
  const equality = operator === 'is' || operator === 'is not'
  const family = /^([1-5])(?:xx|XX|\*\*)$/.exec(text)?.[1]
  if (kind === 'status' && equality && family !== undefined) {
    const from = Number(family) * 100
    const not = operator === 'is not' ? { not: true as const } : {}
    return { ok: true, value: { kind: 'between', from, to: from + 99, ...not } }
  }
  if (equality && /^-?\d+(\.\d+)?\.\.-?\d/.test(text)) {
    const fix = `${subject} ${operator === 'is' ? 'in' : 'not in'} ${text}`
    return notParsed({ message: `"${text}" is a range`, expected: 'in before a range', fix })
  }
  if ((kind === 'status' || kind === 'time' || kind === 'size') && operator.includes('contain')) {
    const fix = usualTests[kind]
    return notParsed({ message: `${kind} is a number, and contains nothing`, expected: fix, fix })
  }
  const value = readValue(kind, operator, text, subject)
  return value.ok ? { ok: true, value: { kind: 'compare', operator, value: value.value } } : value
}

function unknownTest(
  kind: Kind,
  text: string,
  subject: string,
  wrong: readonly [RegExp, string] | undefined,
): GrammarError {
  if (wrong !== undefined) {
    const rest = text.replace(wrong[0], '').trim()
    const fix = `${subject} ${wrong[1]}${rest === '' || /exist/.test(wrong[1]) ? '' : ` ${rest}`}`
    return { message: `"${wrong[0].exec(text)?.[0] ?? text}" is not a test`, expected: testForms, fix }
  }
  const value = /^(?:\d\S*|["'[{].*)$/s.test(text)
  const list = /^\d+(?:\s*,\s*\d+)+$/.test(text)
  const fix = list
    ? `${subject} in [${text}]`
    : value
      ? `${subject} ${kind === 'time' || kind === 'size' ? '<' : 'is'} ${text}`
      : undefined
  return { message: `"${text}" is not a test`, expected: testForms, fix: fix ?? usualFix(kind, subject) }
}

function usualFix(kind: Kind, subject: string): string {
  return subject.includes(' ') ? `${subject} exists` : usualTests[kind]
}
