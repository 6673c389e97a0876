import { Random } from '../plan/random.ts'
import type { Check, CheckOperator, CheckTest } from '../scenario/check.ts'
import { parseDuration } from '../scenario/duration.ts'
import type { JsonValue } from '../scenario/json.ts'
import { plainJsonPath } from '../scenario/plain-json-path.ts'
import { parseSize } from '../scenario/size.ts'
import type { Source } from '../scenario/source.ts'
import type { Template } from '../scenario/template.ts'
import type { Answer } from './answer.ts'
import { shownValue } from './check-sample.ts'
import { deepEqual } from './compile-plain.ts'
import { compileTemplate, compileValue } from './compile-template.ts'
import { compileSource, sourceNeedsBody } from './extract.ts'
import { regexTest } from './extract-regex.ts'
import type { Scope } from './scope.ts'
import { TemplateError } from './template-error.ts'

/** `actual` is rendered for a failed check only: what was found, at most 200 characters. */
export type CheckOutcome = { readonly pass: boolean; readonly actual: string }

type Holds = (found: JsonValue, scope: Scope) => boolean

/** A check looks at the first match or at all of them: none is drawn, and the iteration's sequence is left as it is. */
const noDraw = new Random(0)

const passed: CheckOutcome = { pass: true, actual: '' }

/**
 * A check as a closure. A value that is not there fails every test but `does not exist`, the negated ones too: what was
 * not found proves nothing.
 */
export function compileCheck(check: Check): (answer: Answer, scope: Scope) => CheckOutcome {
  const { source, test } = check
  const read = compileSource(source)
  if (test.kind === 'exists' || test.kind === 'missing') {
    const wanted = test.kind === 'exists'
    return answer => {
      const found = read(answer, noDraw)
      // An empty body is none.
      const exists = found !== undefined && !(source.kind === 'body' && found === '')
      return exists === wanted ? passed : failed(source, exists ? found : undefined)
    }
  }
  const holds = compileTest(source, test)
  // `contains` asks every match: `json $.items[*].id contains 7`, `header set-cookie contains session`.
  const several = test.kind === 'compare' && test.operator.includes('contain') && givesSeveral(source)
  const readFound = several ? compileSource(source, 'all') : read
  return (answer, scope) => {
    const found = readFound(answer, noDraw)
    if (found === undefined) return failed(source, found)
    try {
      return holds(found, scope) ? passed : failed(source, found)
    } catch (error) {
      if (error instanceof TemplateError) return { pass: false, actual: error.message.slice(0, 200) }
      throw error
    }
  }
}

/** Whether the body must be kept to evaluate the check. */
export function checkNeedsBody(check: Check): boolean {
  return sourceNeedsBody(check.source)
}

function failed(source: Source, found: JsonValue | undefined): CheckOutcome {
  return { pass: false, actual: shownValue(source, found) }
}

function compileTest(source: Source, test: Exclude<CheckTest, { kind: 'exists' | 'missing' }>): Holds {
  switch (test.kind) {
    case 'matches': {
      const matches = regexTest(test.pattern, test.flags)
      return negate(found => matches(textOf(found)), test.not)
    }
    case 'in': {
      const { values } = test
      return negate(found => values.some(value => same(source, found, value)), test.not)
    }
    case 'between': {
      const { from, to } = test
      return negate(found => {
        const number = numberOf(found)
        return number !== undefined && number >= from && number <= to
      }, test.not)
    }
    case 'compare':
      return compileComparison(source, test.operator, test.value)
  }
}

function negate(holds: Holds, not: true | undefined): Holds {
  return not === true ? (found, scope) => !holds(found, scope) : holds
}

function compileComparison(source: Source, operator: CheckOperator, value: Template | number | boolean | null): Holds {
  if (value === null || typeof value !== 'object') {
    return found => compare(source, operator, found, value)
  }
  if (value.parts.length === 1 && typeof value.parts[0] === 'object') {
    const wanted = compileValue({ kind: 'template', template: value })
    return (found, scope) => compare(source, operator, found, inUnit(source, wanted(scope)))
  }
  const wanted = compileTemplate(value)
  return (found, scope) => compare(source, operator, found, inUnit(source, wanted(scope)))
}

function compare(source: Source, operator: CheckOperator, found: JsonValue, wanted: JsonValue): boolean {
  switch (operator) {
    case 'is':
      return same(source, found, wanted)
    case 'is not':
      return !same(source, found, wanted)
    case 'contains':
      return contains(source, found, wanted)
    case 'does not contain':
      return !contains(source, found, wanted)
    default:
      return ordered(
        operator,
        source.kind === 'json' && typeof found !== 'number' ? undefined : numberOf(found),
        numberOf(wanted),
      )
  }
}

function ordered(operator: '<' | '<=' | '>' | '>=', a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return false
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

/** JSON values keep their type: 3 is not "3". What a source can only give as text is read as the wanted value's type. */
function same(source: Source, found: JsonValue, wanted: JsonValue): boolean {
  if (found === wanted) return true
  if (source.kind === 'json') return deepEqual(found, wanted)
  if (typeof wanted === 'number') return numberOf(found) === wanted
  if (typeof wanted === 'string' || typeof wanted === 'boolean') return textOf(found) === String(wanted)
  return deepEqual(found, wanted)
}

/** A list holds an equal item, a map the key, a text the text. */
function contains(source: Source, found: JsonValue, wanted: JsonValue): boolean {
  if (found === null) return false
  if (Array.isArray(found)) {
    const items: readonly JsonValue[] = found
    return items.some(item => same(source, item, wanted) || (givesSeveral(source) && contains(source, item, wanted)))
  }
  if (typeof found === 'object') return Object.hasOwn(found, textOf(wanted))
  return typeof found === 'string' && found.includes(textOf(wanted))
}

/** Whether a source can match more than once. */
function givesSeveral(source: Source): boolean {
  if (source.kind === 'json') return plainJsonPath(source.path) === undefined
  return source.kind === 'header' || source.kind === 'css' || source.kind === 'xml' || source.kind === 'regex'
}

/** `time < {{ vars.limit }}` may hold a number of ms or a text such as 500ms; sizes likewise. */
function inUnit(source: Source, wanted: JsonValue): JsonValue {
  if (typeof wanted !== 'string' || (source.kind !== 'time' && source.kind !== 'size')) return wanted
  const quantity = source.kind === 'time' ? parseDuration(wanted) : parseSize(wanted)
  if (quantity.ok) return quantity.value
  const unit = source.kind === 'time' ? 'a duration such as 500ms' : 'a size such as 10KB'
  throw new TemplateError(`the value compared with is not ${unit}`)
}

function numberOf(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
