import { formatDuration } from './duration.ts'
import { type GrammarError, notParsed, type Parsed, shifted } from './grammar-error.ts'
import { formatLimit, readLimit } from './threshold-limit.ts'
import { formatSubject, readSubject } from './threshold-subject.ts'
import { readWindow } from './threshold-window.ts'

export type ThresholdScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'request'; readonly name: string }
  | { readonly kind: 'flow'; readonly name: string }
  | { readonly kind: 'phase'; readonly name: string }

/** Which clock a latency counts by. `response` is from the intended start, over every answer and client timeout. */
export type LatencyKind = 'response' | 'success' | 'failed' | 'service' | 'connect' | 'tls' | 'first byte'

export type LatencyStatistic =
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'mean' | 'min' | 'max' | 'stddev' }

/** What a threshold measures. `median` is p50. */
export type ThresholdSubject =
  | { readonly kind: 'latency'; readonly latency: LatencyKind; readonly statistic: LatencyStatistic }
  | { readonly kind: 'errors' }
  /** `status 429` or `status 5xx`: inclusive bounds. */
  | { readonly kind: 'status'; readonly from: number; readonly to: number }
  /** `ECONNREFUSED`, `timeout`: an error kind. */
  | { readonly kind: 'error'; readonly errorKind: string }
  /** The share of checks that passed. */
  | { readonly kind: 'checks' }
  | { readonly kind: 'throughput' }
  | { readonly kind: 'requests' }
  | { readonly kind: 'iterations' }
  | { readonly kind: 'missed' }

export type ThresholdOperator = '<' | '<=' | '>' | '>=' | '=' | '!='

/** `share` is 0 to 1 of the scope's requests, `perSecond` a rate, `count` a plain number. */
export type ThresholdUnit = 'ms' | 'share' | 'perSecond' | 'count' | 'bytes'

export type Threshold = {
  /** As a reader would write it, scope included: `GET /me: p99 < 400ms`. */
  readonly text: string
  readonly scope: ThresholdScope
  readonly subject: ThresholdSubject
  readonly operator: ThresholdOperator
  /** In `unit`. */
  readonly limit: number
  readonly unit: ThresholdUnit
  /** Judged in each window of this length. */
  readonly everyMs?: number
  /** Judged only from this instant of the load on. */
  readonly afterMs?: number
  /** A breach stops the load. */
  readonly abort: boolean
  /** Added by Squall, not written by the user. */
  readonly default: boolean
}

const operatorForms = '<, <=, >, >=, = or !='
const longestText = 500

/** The first thing that can be an operator, all its signs together; what follows it is the value with its clauses. */
const comparison =
  /^(.*?)\s*(!?[<>=≤≥≠](?:\s*[<>=!≤≥≠])*|(?<=^|\s)(?:is\s+not|is|below|under|less\s+than|at\s+most|above|over|more\s+than|greater\s+than|at\s+least|equals)(?=\s|$))(.*)$/s

const operators: Readonly<Record<string, ThresholdOperator>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  is: '=',
  '=': '=',
  '==': '=',
  '!=': '!=',
  'is not': '!=',
}

/** Words of other tools, and what is meant by them. */
const foreignOperators: Readonly<Record<string, ThresholdOperator>> = {
  below: '<',
  under: '<',
  'less than': '<',
  'at most': '<=',
  above: '>',
  over: '>',
  'more than': '>',
  'greater than': '>',
  'at least': '>=',
  equals: '=',
}

/**
 * `[SCOPE:] SUBJECT OPERATOR VALUE [every 10s] [after 30s] [or abort]`. The last `: ` of the text ends its scope, unless
 * `scope` (the key of a one-key map) gives it. The result's `text` is normalised: reading it again gives the same.
 */
export function parseThreshold(source: string, scope?: string): Parsed<Threshold> {
  if (source.length > longestText) return notParsed({ message: 'the threshold is too long to be one' })
  const colon = scope === undefined ? source.lastIndexOf(': ') : -1
  const place = parseScope(colon < 0 ? scope : source.slice(0, colon))
  const from = colon < 0 ? 0 : colon + 2
  const statement = source.slice(from)
  const match = comparison.exec(statement)
  if (match === null) return notParsed({ ...withoutOperator(statement), offset: from })
  const [, subjectText = '', sign = '', rest = ''] = match
  const signAt = from + statement.indexOf(sign, subjectText.length)
  const before = `${source.slice(0, from)}${subjectText.trim()} ${sign} `
  const operator = operators[sign.replace(/\s+/g, ' ')]
  if (operator === undefined) {
    const right = foreignOperators[sign.replace(/\s+/g, ' ')] ?? meantBy(sign)
    const fix = `${source.slice(0, from)}${subjectText.trim()} ${right} ${rest.trim()}`
    return notParsed({ message: `"${sign}" is not an operator`, expected: operatorForms, fix, offset: signAt })
  }
  const subject = readSubject(subjectText.trim())
  const tail = readWindow(rest)
  const after = ` ${sign} ${rest.trim()}`
  const errors = [
    ...(place.ok ? [] : place.errors.map(error => ({ ...error, offset: 0 }))),
    ...(subject.ok ? [] : whole(subject.errors, source.slice(0, from), after, from)),
    ...(tail.ok ? [] : whole(tail.errors, before, '', signAt + sign.length)),
  ]
  if (!place.ok || !subject.ok || !tail.ok) return notParsed(...errors)
  const unfit = unfitScope(place.value, subject.value)
  if (unfit !== undefined) return notParsed({ ...unfit, offset: from })
  const limit = readLimit(subject.value, tail.value.value)
  if (!limit.ok) {
    const clauses = rest.trim().slice(tail.value.value.length)
    return notParsed(
      ...whole(limit.errors, before, clauses, signAt + sign.length + (rest.length - rest.trimStart().length)),
    )
  }
  const { everyMs, afterMs, abort } = tail.value
  const threshold = {
    scope: place.value,
    subject: subject.value,
    operator,
    limit: limit.value.limit,
    unit: limit.value.unit,
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(afterMs === undefined ? {} : { afterMs }),
    abort,
    default: false,
  }
  return { ok: true, value: { text: formatThreshold(threshold), ...threshold } }
}

/** The operator that other signs most likely mean, such as =<, ≤, <> or <<. */
function meantBy(signs: string): ThresholdOperator {
  const less = /[<≤]/.test(signs)
  const more = /[>≥]/.test(signs)
  if (/[!≠]/.test(signs) || (less && more)) return '!='
  const equal = /[=≤≥]/.test(signs)
  if (less) return equal ? '<=' : '<'
  if (more) return equal ? '>=' : '>'
  return '='
}

/** Errors of a part, each corrected part set into the whole text. */
function whole(errors: readonly GrammarError[], before: string, after: string, by: number): readonly GrammarError[] {
  return shifted(errors, by).map(error =>
    error.fix === undefined ? error : { ...error, fix: before + error.fix + after },
  )
}

/** As a reader would write it, scope included. Reading it again gives the same threshold. */
export function formatThreshold(threshold: Omit<Threshold, 'text' | 'default'>): string {
  const { scope, subject, operator, limit, unit, everyMs, afterMs, abort } = threshold
  const place =
    scope.kind === 'all' ? '' : scope.kind === 'request' ? `${scope.name}: ` : `${scope.kind} ${scope.name}: `
  const every = everyMs === undefined ? '' : ` every ${formatDuration(everyMs)}`
  const after = afterMs === undefined ? '' : ` after ${formatDuration(afterMs)}`
  return `${place}${formatSubject(subject)} ${operator} ${formatLimit(limit, unit)}${every}${after}${abort ? ' or abort' : ''}`
}

function parseScope(source: string | undefined): Parsed<ThresholdScope> {
  const text = source?.trim()
  if (text === undefined) return { ok: true, value: { kind: 'all' } }
  if (text === '') {
    return notParsed({ message: 'the threshold has no scope before its colon', expected: 'GET /me: p99 < 400ms' })
  }
  const match = /^(flow|phase)(?:\s+(.*))?$/s.exec(text)
  if (match === null) return { ok: true, value: { kind: 'request', name: text } }
  const kind = match[1] === 'flow' ? 'flow' : 'phase'
  const name = match[2]
  if (name === undefined || name === '') return notParsed({ message: `${kind} needs a name`, expected: `${kind} NAME` })
  return { ok: true, value: { kind, name } }
}

/** Figures that a scope does not have: a flow counts whole iterations, a request no iterations. */
function unfitScope(scope: ThresholdScope, subject: ThresholdSubject): GrammarError | undefined {
  const figure = formatSubject(subject)
  if (scope.kind === 'flow') {
    const fits =
      subject.kind === 'errors' ||
      subject.kind === 'iterations' ||
      (subject.kind === 'latency' && subject.latency === 'response')
    if (fits) return undefined
    const expected = 'errors (share of failed iterations), iterations, or p95, avg and kin of their duration'
    return { message: `a flow has no ${figure} of its own`, expected }
  }
  if (scope.kind === 'request' && (subject.kind === 'iterations' || subject.kind === 'missed')) {
    return { message: `a request has no ${figure}: it counts iterations`, expected: `${figure} without a scope` }
  }
  return undefined
}

function withoutOperator(statement: string): GrammarError {
  const text = statement.trim()
  if (text === '') return { message: 'the threshold is empty', expected: 'p95 < 2s' }
  const match = /^(.*\S)\s+([\d.]+\S*(?:\s.*)?)$/s.exec(text)
  const subject = readSubject(match?.[1] ?? text)
  const form = subject.ok ? formatSubject(subject.value) : 'p95'
  const fix = match?.[2] === undefined ? undefined : `${form} < ${match[2]}`
  return { message: `"${text}" has no operator`, expected: operatorForms, ...(fix === undefined ? {} : { fix }) }
}
