import { parseDuration } from './duration.ts'
import { type GrammarError, notParsed, type Parsed } from './grammar-error.ts'
import { nearestKey } from './nearest-key.ts'

/** What follows a threshold's operator. */
export type ThresholdWindow = {
  readonly value: string
  readonly everyMs?: number
  readonly afterMs?: number
  readonly abort: boolean
}

const clauseForms = 'every 10s, after 30s, or abort'
const clauseStart = /(?:^|\s+)(?=(?:every|after|or|and|for|within|abort)(?:\s|$))/g

/**
 * `VALUE [every 10s] [after 30s] [or abort]`; the clauses stand in any order, each at most once. A `fix` is the whole
 * corrected text.
 */
export function readWindow(text: string): Parsed<ThresholdWindow> {
  const starts = [...text.matchAll(clauseStart)].map(match => match.index + match[0].length)
  // `or abort` begins once, at its `or`.
  const places = starts.filter(start => !(text.startsWith('abort', start) && /(^|\s)or\s+$/.test(text.slice(0, start))))
  const value = text.slice(0, places[0] ?? text.length).trim()
  const stray = /^\S+\s+([a-z]+)(?:\s+(\S+))?$/.exec(value)
  const meant = stray?.[1] === undefined ? undefined : nearestKey(stray[1], ['every', 'after'])
  if (stray?.[1] !== undefined && meant !== undefined) {
    const fix = text.replace(stray[1], meant).trim()
    return notParsed({
      message: `"${stray[1]}" is not understood`,
      expected: clauseForms,
      fix,
      offset: text.indexOf(stray[1]),
    })
  }
  const errors: GrammarError[] = []
  const lengths = new Map<string, number>()
  let abort = false
  for (const [number, start] of places.entries()) {
    const written = text.slice(start, places[number + 1] ?? text.length).trim()
    const clause = written.replace(/\s+/g, ' ')
    const error = clause === 'or abort' ? repeated('or abort', abort) : readClause(clause, lengths)
    if (clause === 'or abort') abort = true
    if (error === undefined) continue
    const fix = error.fix === undefined ? {} : { fix: text.replace(written, error.fix).trim() }
    errors.push({ ...error, ...fix, offset: start })
  }
  if (errors.length > 0) return notParsed(...errors)
  const everyMs = lengths.get('every')
  const afterMs = lengths.get('after')
  return {
    ok: true,
    value: {
      value,
      ...(everyMs === undefined ? {} : { everyMs }),
      ...(afterMs === undefined ? {} : { afterMs }),
      abort,
    },
  }
}

/** Adds the clause's length to `lengths`, or says what is wrong; a `fix` is the corrected clause. */
function readClause(clause: string, lengths: Map<string, number>): GrammarError | undefined {
  const [, word = '', lengthText = ''] = /^(\S+) ?(.*)$/.exec(clause) ?? []
  if (word !== 'every' && word !== 'after') {
    const length = /^(?:for|within) (\S+)$/.exec(clause)?.[1]
    const fix = clause.includes('abort') ? 'or abort' : length === undefined ? undefined : `every ${length}`
    return {
      message: `"${clause}" is not understood`,
      expected: clauseForms,
      ...(fix === undefined ? {} : { fix }),
    }
  }
  if (lengths.has(word)) return repeated(word, true)
  const length = parseDuration(lengthText)
  if (!length.ok) {
    const [error] = length.errors
    const fix = error?.fix === undefined ? {} : { fix: `${word} ${error.fix}` }
    return { message: `"${clause}" is not understood`, ...error, ...fix }
  }
  if (word === 'every' && length.value <= 0) return { message: `"${clause}" is no window`, expected: 'every 10s' }
  lengths.set(word, length.value)
  return undefined
}

function repeated(clause: string, again: boolean): GrammarError | undefined {
  return again ? { message: `"${clause}" stands twice`, expected: `one "${clause}"` } : undefined
}
