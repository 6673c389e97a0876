import { findOutside } from './bracket-scan.ts'
import { readTest } from './check-test.ts'
import { notParsed, type Parsed, shifted } from './grammar-error.ts'
import { patternEnd } from './pattern.ts'
import { readSource, readSourceWord, type Source } from './source.ts'
import type { Template } from './template.ts'

export type CheckOperator = 'is' | 'is not' | '<' | '<=' | '>' | '>=' | 'contains' | 'does not contain'

/** What is asked of the value a source gives. */
export type CheckTest =
  | { readonly kind: 'exists' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'compare'; readonly operator: CheckOperator; readonly value: Template | number | boolean | null }
  | { readonly kind: 'matches'; readonly pattern: string; readonly flags: string; readonly not?: true }
  | { readonly kind: 'in'; readonly values: readonly (string | number)[]; readonly not?: true }
  /** `status is 2xx`: inclusive bounds. */
  | { readonly kind: 'between'; readonly from: number; readonly to: number; readonly not?: true }

/** One line under `check:`. Times compare in milliseconds, sizes in bytes. `text` is the line as written and the key of its counts. */
export type Check = { readonly text: string; readonly source: Source; readonly test: CheckTest }

const longestText = 2000

/** `SOURCE TEST`: `json $.items[0].id exists`, `status is 2xx`, `time < 500ms`, `body contains "ok"`. */
export function parseCheck(source: string): Parsed<Check> {
  const text = source.trim()
  if (text === '') return notParsed({ message: 'the check is empty', expected: 'status is 200' })
  if (text.length > longestText) return notParsed({ message: `the check is longer than ${longestText} characters` })
  const word = readSourceWord(text)
  if (!word.ok) return word
  const { kind, rest, offset } = word.value
  const end = argumentEnd(kind, rest)
  const argument = rest.slice(0, end).trim()
  const place = readSource(kind, argument)
  const test = readTest(kind, rest.slice(end), text.slice(0, offset + end).trim())
  // A path that is not closed swallows the test: its own fault is the one to mend.
  if (!place.ok && end === rest.length) return notParsed(...shifted(place.errors, offset))
  const errors = [
    ...(place.ok ? [] : shifted(place.errors, offset)),
    ...(test.ok ? [] : shifted(test.errors, offset + end)),
  ]
  if (!place.ok || !test.ok) return notParsed(...errors)
  return { ok: true, value: { text, source: place.value, test: test.value } }
}

/** Where the source's argument ends and the test begins. */
function argumentEnd(kind: Source['kind'], rest: string): number {
  switch (kind) {
    case 'header':
    case 'cookie':
      return /^\S*/.exec(rest)?.[0].length ?? 0
    case 'json':
      return orWhole(
        rest,
        findOutside(rest, 0, at => /\s/.test(rest.charAt(at))),
      )
    case 'regex': {
      const close = patternEnd(rest)
      return close < 0
        ? orWhole(rest, rest.search(/\s/))
        : close + 1 + (/^\w*/.exec(rest.slice(close + 1))?.[0].length ?? 0)
    }
    case 'css':
    case 'xml':
      return pathEnd(rest)
    default:
      return 0
  }
}

/** A space in front lets a test be seen where the path is missing: `css exists`. */
function pathEnd(rest: string): number {
  const spaced = ` ${rest}`
  return Math.max(
    0,
    orWhole(
      spaced,
      findOutside(spaced, 0, at => beginsTest(spaced, at)),
    ) - 1,
  )
}

const testWord =
  /\s+(?:exists?|does|doesn't|is|isn't|in|not|contains?|includes?|matches|equals|missing|absent)(?:\s|$)/y
/** `>` is a combinator in a selector: only before a number, a quote or a hole it compares. */
const testSign = /\s+(?:==?|!=|[<>]=?)\s*(?:-?\d|["']|\{\{|true\b|false\b|null\b)/y

/** A selector and a path hold spaces; the test begins at the first word or sign that can only be one's. */
function beginsTest(text: string, at: number): boolean {
  if (!/\s/.test(text.charAt(at))) return false
  testWord.lastIndex = at
  testSign.lastIndex = at
  return testWord.test(text) || testSign.test(text)
}

function orWhole(text: string, at: number): number {
  return at < 0 ? text.length : at
}
