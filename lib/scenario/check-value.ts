import type { CheckOperator, CheckTest } from './check.ts'
import { bareLatency, parseDuration } from './duration.ts'
import { type GrammarError, notParsed, type Parsed } from './grammar-error.ts'
import { changedNumber, isNumeric, parseLiteral, parseQuoted } from './literal.ts'
import { parseSize } from './size.ts'
import type { Source } from './source.ts'
import { parseTemplate, type Template } from './template.ts'

type Value = Template | number | boolean | null

/**
 * The value of a comparison: a number (a time, a size) in the source's unit, true, false or null, or text, whose quotes
 * may be left out where it is one word. Text may hold `{{ }}`. A `fix` is the whole corrected check.
 */
export function readValue(kind: Source['kind'], operator: CheckOperator, text: string, subject: string): Parsed<Value> {
  if (text.includes('{{')) return parseTemplate(parseQuoted(text) ?? text)
  if (kind === 'time' || kind === 'size') {
    const quantity = kind === 'time' ? parseDuration(text) : parseSize(text)
    if (quantity.ok) return quantity
    const bare = kind === 'time' && /^\d+(\.\d+)?$/.test(text) ? { fix: bareLatency(text) } : {}
    return notParsed(...quantity.errors.map(error => within({ ...error, ...bare }, subject, operator)))
  }
  const ordered = operator === '<' || operator === '<=' || operator === '>' || operator === '>='
  if (kind === 'status') return readStatus(text, operator, subject, ordered)
  const literal = parseLiteral(text)?.value
  if (ordered) {
    if (isNumeric(text) && Number.isFinite(Number(text))) return { ok: true, value: Number(text) }
    return notParsed({ message: `"${text}" is not a number`, expected: `a number after ${operator}` })
  }
  if (typeof literal === 'number' || typeof literal === 'boolean' || literal === null)
    return { ok: true, value: literal }
  if (typeof literal === 'string') return parseTemplate(literal)
  if (isNumeric(text)) return notParsed(within(changedNumber(text), subject, operator))
  if (literal !== undefined || /^[[{]/.test(text)) {
    const expected = 'a text, a number, true, false or null; or in [..] for one of several'
    return notParsed({ message: `"${text}" is not a single value`, expected })
  }
  if (/^["']/.test(text) || /["']$/.test(text)) {
    return notParsed({ message: `the quotes around ${text} do not match`, expected: 'text in one pair of quotes' })
  }
  if (/\s/.test(text)) {
    const fix = `${subject} ${operator} "${text}"`
    return notParsed({ message: `"${text}" is more than one word`, expected: 'quotes around it', fix })
  }
  return parseTemplate(text)
}

/** `[200, 204]`, `["a", "b"]` or `200..299`. */
export function readList(text: string, subject: string): Parsed<Extract<CheckTest, { kind: 'in' | 'between' }>> {
  const range = /^(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)$/.exec(text)
  if (range !== null) {
    const [from, to] = [Number(range[1]), Number(range[2])]
    if (from <= to) return { ok: true, value: { kind: 'between', from, to } }
    return notParsed({ message: `the range ${text} ends before it begins`, fix: `${subject} in ${to}..${from}` })
  }
  const inside = /^\[(.*)\]$/s.exec(text)?.[1]
  if (inside === undefined) {
    const bare = /^\(?([^()[\]]+)\)?$/.exec(text)?.[1]
    const fix = bare === undefined ? {} : { fix: `${subject} in [${bare.trim()}]` }
    return notParsed({ message: `"${text}" is not a list or a range`, expected: '[200, 204] or 200..299', ...fix })
  }
  const values: (string | number)[] = []
  for (const item of splitItems(inside)) {
    const parsed = parseLiteral(item)
    if (parsed === undefined && isNumeric(item)) {
      const { fix: quoted = item, ...error } = changedNumber(item)
      return notParsed({ ...error, fix: `${subject} in ${text.replace(item, () => quoted)}` })
    }
    const literal = parsed === undefined && /^[\w./:+-]+$/.test(item) ? item : parsed?.value
    if (typeof literal !== 'string' && typeof literal !== 'number') {
      return notParsed({ message: `"${item}" cannot stand in a list`, expected: 'numbers and texts' })
    }
    values.push(literal)
  }
  if (values.length === 0) return notParsed({ message: 'the list is empty', expected: '[200, 204]' })
  return { ok: true, value: { kind: 'in', values } }
}

function readStatus(text: string, operator: CheckOperator, subject: string, ordered: boolean): Parsed<Value> {
  const bare = text.replace(/^(["'])(.*)\1$/, '$2')
  if (/^[1-5]\d\d$/.test(text) || (ordered && /^\d+$/.test(text))) return { ok: true, value: Number(text) }
  const several = /^[1-5]\d\d(?:\s*(?:,|\bor\b|\|+)\s*[1-5]\d\d)+$/.test(bare)
  const fix = several
    ? `${subject} in [${bare.split(/\s*(?:,|or|\|+)\s*/).join(', ')}]`
    : /^[1-5]\d\d$/.test(bare)
      ? `${subject} ${operator} ${bare}`
      : /^ok$/i.test(bare)
        ? `${subject} is 2xx`
        : undefined
  const message = `"${text}" is not a status code`
  return notParsed({ message, expected: '200, 2xx, or in [200, 204]', ...(fix === undefined ? {} : { fix }) })
}

/** Items between commas outside quotes. */
function splitItems(text: string): readonly string[] {
  const items = text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,"'])+/g) ?? []
  return items.map(item => item.trim()).filter(item => item !== '')
}

function within(error: GrammarError, subject: string, operator: string): GrammarError {
  return error.fix === undefined ? error : { ...error, fix: `${subject} ${operator} ${error.fix}` }
}
