import type { JsonValue } from '../scenario/json.ts'
import { type PlainExpression, parsePlain } from '../scenario/plain-expression.ts'
import type { Expression, Hole, JsonTemplate, Template } from '../scenario/template.ts'
import { compileCel } from './compile-cel.ts'
import { compilePlain, type Evaluate } from './compile-plain.ts'
import type { Scope } from './scope.ts'
import { TemplateError } from './template-error.ts'
import type { Content } from './template-functions.ts'

export { TemplateError } from './template-error.ts'

/**
 * A template as a closure that gives its text. Compiling needs `prepareLibraries` before it.
 *
 * @throws TemplateError from the closure, where a hole has no value (null is none in text) and no `or`
 */
export function compileTemplate(template: Template): (scope: Scope) => string {
  const parts = template.parts.map(part => (typeof part === 'string' ? part : compileText(part)))
  const [first, second, third] = parts
  if (parts.length === 0) return () => ''
  if (parts.length === 1 && first !== undefined) return typeof first === 'string' ? () => first : first
  if (parts.length === 2 && typeof first === 'string' && typeof second === 'function') {
    return scope => first + second(scope)
  }
  if (typeof first === 'string' && typeof second === 'function' && typeof third === 'string' && parts.length === 3) {
    return scope => first + second(scope) + third
  }
  return scope => {
    let text = ''
    for (const part of parts) text += typeof part === 'string' ? part : part(scope)
    return text
  }
}

/** A JSON template as a closure that gives its value; a text that is one hole keeps the value's type. */
export function compileValue(template: JsonTemplate): (scope: Scope) => JsonValue {
  switch (template.kind) {
    case 'literal': {
      const { value } = template
      return () => value
    }
    case 'template': {
      const only = template.template.parts[0]
      if (template.template.parts.length === 1 && typeof only === 'object') return compileHole(only)
      return compileTemplate(template.template)
    }
    case 'list': {
      const items = template.items.map(compileValue)
      return scope => items.map(item => item(scope))
    }
    case 'map': {
      const entries = template.entries.map(([key, value]) => [compileTemplate(key), compileValue(value)] as const)
      return scope => Object.fromEntries(entries.map(([key, value]) => [key(scope), value(scope)]))
    }
  }
}

/** An expression as a closure; it throws a TemplateError where the value is undefined. */
export function compileExpression(expression: Expression): (scope: Scope) => JsonValue {
  const { evaluate, tree } = compile(expression)
  return scope => {
    const value = run(evaluate, expression, scope)
    return value === undefined ? fail(expression, tree, scope) : jsonOf(value, expression)
  }
}

/** The value of a hole with its `or`s; with them null counts as no value, without them it is one. */
function compileHole(hole: Hole): (scope: Scope) => JsonValue {
  const { evaluate, tree } = compile(hole)
  const otherwise = compileAlternatives(hole)
  return scope => {
    const value = run(evaluate, hole, scope)
    if (value !== undefined && (value !== null || otherwise === undefined)) return jsonOf(value, hole)
    const next = otherwise?.(scope)
    return next === undefined ? fail(hole, tree, scope) : next
  }
}

function compileText(hole: Hole): (scope: Scope) => string {
  const { evaluate, tree } = compile(hole)
  const otherwise = compileAlternatives(hole)
  return scope => {
    const value = run(evaluate, hole, scope)
    if (typeof value === 'string') return value
    if (value !== undefined && value !== null) return textOf(value, hole)
    const next = otherwise?.(scope)
    return next === undefined || next === null ? fail(hole, tree, scope) : textOf(next, hole)
  }
}

function compileAlternatives(hole: Hole): ((scope: Scope) => JsonValue | undefined) | undefined {
  const { alternatives = [], fallback } = hole
  if (alternatives.length === 0 && fallback === undefined) return undefined
  const compiled = alternatives.map(next => ({ next, evaluate: compile(next).evaluate }))
  return scope => {
    for (const { next, evaluate } of compiled) {
      const value = run(evaluate, next, scope)
      if (value !== undefined && value !== null) return jsonOf(value, next)
    }
    return fallback
  }
}

function compile(expression: Expression): { readonly evaluate: Evaluate; readonly tree: PlainExpression | undefined } {
  const tree = parsePlain(expression.expression)
  const evaluate = tree === undefined ? compileCel(expression.expression, expression.roots) : compilePlain(tree)
  return { evaluate, tree }
}

/** Evaluates, and names the expression in an error of one of its parts. */
function run(evaluate: Evaluate, { expression }: Expression, scope: Scope): Content | undefined {
  try {
    return evaluate(scope)
  } catch (error) {
    if (error instanceof TemplateError) throw new TemplateError(`{{ ${expression} }}: ${error.message}`)
    throw error
  }
}

function textOf(value: Content, hole: Hole): string {
  const json = jsonOf(value, hole)
  return typeof json === 'object' ? JSON.stringify(json) : String(json)
}

function jsonOf(value: Content, { expression }: Expression): JsonValue {
  if (value instanceof Uint8Array) throw new TemplateError(`{{ ${expression} }} gives bytes: use base64(...)`)
  return value
}

/** Says which name of a path has no value, and what there is in its place. */
function fail({ expression }: Expression, tree: PlainExpression | undefined, scope: Scope): never {
  throw new TemplateError(`{{ ${expression} }} has no value${tree?.kind === 'path' ? reason(tree, scope) : ''}`)
}

function reason({ root, keys }: Extract<PlainExpression, { kind: 'path' }>, scope: Scope): string {
  let value: unknown = scope.value(root)
  let name = root
  if (value === undefined) return `: there is no ${root} here`
  for (const key of keys) {
    if (value === null) return `: ${name} is null`
    const kind = Array.isArray(value) ? `a list of ${value.length}` : typeof value
    if (typeof value !== 'object') return `: ${name} is a ${kind}`
    const inner: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
    if (inner === undefined) {
      const names = Array.isArray(value) ? kind : Object.keys(value).slice(0, 8).join(', ')
      return `: ${name} has no ${JSON.stringify(key)}, only ${names === '' ? 'nothing' : names}`
    }
    name = typeof key === 'number' ? `${name}[${key}]` : `${name}.${key}`
    value = inner
  }
  return `: ${name} is null`
}
