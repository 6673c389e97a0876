import { findAlternatives, findOutside } from './bracket-scan.ts'
import { readExpression } from './expression.ts'
import { type GrammarError, notParsed, type Parsed, shifted } from './grammar-error.ts'
import type { JsonValue } from './json.ts'
import { changedNumber, isNumeric, parseLiteral } from './literal.ts'

export { templateRoots } from './template-roots.ts'

/** A CEL expression that was parsed and whose names were checked when the scenario was read. */
export type Expression = {
  /** The CEL source text. */
  readonly expression: string
  /** The first identifiers it reads (`vars`, `account`, `token`); functions are not among them. */
  readonly roots: readonly string[]
}

/** A hole of a template: `{{ expression or fallback }}`. */
export type Hole = Expression & {
  /** Tried in order where the expression before has no value: `{{ env.HOST or vars.host or 'localhost' }}`. */
  readonly alternatives?: readonly Expression[]
  readonly fallback?: JsonValue
}

/** Text with holes, in source order. Static when every part is a string. `text` is the source as written. */
export type Template = { readonly text: string; readonly parts: readonly (string | Hole)[] }

/** A JSON body with templates anywhere in it. A string that is exactly one hole keeps the value's type. */
export type JsonTemplate =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'list'; readonly items: readonly JsonTemplate[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Template, JsonTemplate])[] }

/**
 * Text with `{{ CEL or VALUE }}` holes; `{{{{` is a literal `{{`. VALUE is a literal (text in quotes, a number, true,
 * false, null, a JSON list or map), or another expression.
 */
export function parseTemplate(text: string): Parsed<Template> {
  const parts: (string | Hole)[] = []
  const errors: GrammarError[] = []
  let literal = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('{{', at)
    if (open < 0) break
    literal += text.slice(at, open)
    if (text.startsWith('{{', open + 2)) {
      literal += '{{'
      at = open + 4
      continue
    }
    const close = findOutside(text, open + 2, place => text.startsWith('}}', place))
    if (close < 0) {
      errors.push(unclosed(text, open))
      at = text.length
      break
    }
    const hole = parseHole(text.slice(open + 2, close))
    if (hole.ok) {
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push(hole.value)
    } else {
      for (const error of shifted(hole.errors, open + 2))
        errors.push(error.fix === undefined ? error : { ...error, partial: true })
    }
    at = close + 2
  }
  literal += text.slice(at)
  if (literal !== '' || parts.length === 0) parts.push(literal)
  return errors.length > 0 ? notParsed(...errors) : { ok: true, value: { text, parts } }
}

/** A CEL expression without braces, as after `when:`. */
export function parseExpression(text: string): Parsed<Expression> {
  const whole = /^\s*\{\{(.*)\}\}\s*$/s.exec(text)
  if (whole) {
    const fix = (whole[1] ?? '').trim()
    return notParsed({
      message: 'an expression is written without {{ }} here',
      ...(fix === '' ? {} : { fix }),
      offset: 0,
    })
  }
  return readExpression(text)
}

/** A JSON value in which every text, keys included, is a template. */
export function parseJsonTemplate(value: JsonValue): Parsed<JsonTemplate> {
  if (typeof value === 'string') {
    const template = parseTemplate(value)
    if (!template.ok) return template
    const only = template.value.parts[0]
    if (template.value.parts.length === 1 && typeof only === 'string') {
      return { ok: true, value: { kind: 'literal', value: only } }
    }
    return { ok: true, value: { kind: 'template', template: template.value } }
  }
  if (value === null || typeof value !== 'object') return { ok: true, value: { kind: 'literal', value } }
  const errors: GrammarError[] = []
  if (isList(value)) {
    const items = value.map(item => kept(parseJsonTemplate(item), errors)).filter(item => item !== undefined)
    if (errors.length > 0) return notParsed(...errors)
    if (items.every(item => item.kind === 'literal')) {
      return { ok: true, value: { kind: 'literal', value: items.map(item => item.value) } }
    }
    return { ok: true, value: { kind: 'list', items } }
  }
  const entries: (readonly [Template, JsonTemplate])[] = []
  for (const [key, item] of Object.entries(value)) {
    const name = kept(parseTemplate(key), errors)
    const content = kept(parseJsonTemplate(item), errors)
    if (name !== undefined && content !== undefined) entries.push([name, content])
  }
  if (errors.length > 0) return notParsed(...errors)
  const fixed: Record<string, JsonValue> = {}
  for (const [name, content] of entries) {
    const key = staticText(name)
    if (key === undefined || key === '__proto__' || content.kind !== 'literal') {
      return { ok: true, value: { kind: 'map', entries } }
    }
    fixed[key] = content.value
  }
  return { ok: true, value: { kind: 'literal', value: fixed } }
}

/** The text of a template without holes, undefined if it has any. */
function staticText(template: Template): string | undefined {
  const only = template.parts[0]
  return template.parts.length === 1 && typeof only === 'string' ? only : undefined
}

function parseHole(source: string): Parsed<Hole> {
  if (source.trim() === '') {
    return notParsed({
      message: '{{ }} is empty',
      expected: 'a name, such as {{ vars.host }}, or {{{{ for a literal {{',
    })
  }
  const places = findAlternatives(source)
  const pieces: { readonly text: string; readonly offset: number }[] = []
  let from = 0
  for (const place of [...places, source.length]) {
    pieces.push({ text: source.slice(from, place), offset: from })
    from = place + ' or'.length
  }
  const errors: GrammarError[] = []
  const expressions: Expression[] = []
  let fallback: { readonly value: JsonValue } | undefined
  for (const [number, piece] of pieces.entries()) {
    const literal = number > 0 ? parseLiteral(piece.text.trim()) : undefined
    if (literal !== undefined && number === pieces.length - 1) {
      fallback = literal
    } else if (number > 0 && isNumeric(piece.text.trim())) {
      const { fix: quoted = '', ...error } = changedNumber(piece.text.trim())
      const offset = piece.offset + piece.text.indexOf(piece.text.trim())
      errors.push({ ...error, expected: `or ${quoted}`, offset })
    } else if (number > 0 && piece.text.trim() === '') {
      errors.push({
        message: '"or" has no value after it',
        expected: "a value, such as or 'none'",
        offset: piece.offset,
      })
    } else {
      const expression = readExpression(piece.text)
      if (expression.ok) expressions.push(expression.value)
      else errors.push(...shifted(expression.errors, piece.offset))
    }
  }
  const [first, ...alternatives] = expressions
  if (errors.length > 0 || first === undefined) return notParsed(...errors)
  return {
    ok: true,
    value: {
      ...first,
      ...(alternatives.length > 0 ? { alternatives } : {}),
      ...(fallback === undefined ? {} : { fallback: fallback.value }),
    },
  }
}

function unclosed(text: string, open: number): GrammarError {
  const rest = text.slice(open)
  const brace = rest.indexOf('}')
  const quotes = rest.includes('}}') ? ': a quote or a bracket inside it is not closed' : ''
  const fix = brace > 0 && quotes === '' ? `${rest.slice(0, brace).trimEnd()} }}` : undefined
  return {
    message: `{{ is not closed${quotes}`,
    expected: '}} after the expression, or {{{{ for a literal {{',
    ...(fix === undefined ? {} : { fix, partial: true }),
    offset: open,
  }
}

function kept<T>(outcome: Parsed<T>, errors: GrammarError[]): T | undefined {
  if (outcome.ok) return outcome.value
  errors.push(...outcome.errors)
  return undefined
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
