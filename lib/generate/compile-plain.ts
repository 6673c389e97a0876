import type { JsonValue } from '../scenario/json.ts'
import type { Comparison, PlainExpression } from '../scenario/plain-expression.ts'
import type { Scope } from './scope.ts'
import { TemplateError } from './template-error.ts'
import { type Content, templateFunction } from './template-functions.ts'

/** Gives the expression's value, undefined where something it reads has none. */
export type Evaluate = (scope: Scope) => Content | undefined

/** A plain expression as a closure: no library, no context object, nothing parsed again. */
export function compilePlain(tree: PlainExpression): Evaluate {
  switch (tree.kind) {
    case 'literal': {
      const { value } = tree
      return () => value
    }
    case 'path':
      return compilePath(tree.root, tree.keys)
    case 'call':
      return compileCall(tree.name, tree.arguments.map(compilePlain))
    case 'list': {
      const items = tree.items.map(compilePlain)
      return scope => {
        const values = evaluateAll(items, scope)
        return values as readonly JsonValue[] | undefined
      }
    }
    case 'compare':
      return compileComparison(tree.operator, compilePlain(tree.left), compilePlain(tree.right))
    case 'and':
      return compileLogic(false, compilePlain(tree.left), compilePlain(tree.right))
    case 'or':
      return compileLogic(true, compilePlain(tree.left), compilePlain(tree.right))
    case 'not': {
      const operand = compilePlain(tree.operand)
      return scope => {
        const value = operand(scope)
        return value === undefined ? undefined : !truth(value)
      }
    }
  }
}

/** What a path leads to. Only own properties count, so that `x.constructor` has no value. */
export function follow(start: JsonValue | undefined, keys: readonly (string | number)[]): JsonValue | undefined {
  let value = start
  for (const key of keys) {
    value = member(value, key)
    if (value === undefined) return undefined
  }
  return value
}

function compilePath(root: string, keys: readonly (string | number)[]): Evaluate {
  if (root === 'body' && keys.length === 0) return scope => scope.body
  const [first] = keys
  if (first === undefined) return scope => scope.value(root)
  if (keys.length === 1) return scope => member(scope.value(root), first)
  return scope => follow(scope.value(root), keys)
}

function member(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (value === null || typeof value !== 'object') return undefined
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined
  return typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined
}

function compileCall(name: string, values: readonly Evaluate[]): Evaluate {
  const run = templateFunction(name)
  return scope => {
    const given = evaluateAll(values, scope)
    return given === undefined ? undefined : run(given, scope)
  }
}

const none: readonly Content[] = []

function evaluateAll(items: readonly Evaluate[], scope: Scope): readonly Content[] | undefined {
  if (items.length === 0) return none
  const values: Content[] = []
  for (const item of items) {
    const value = item(scope)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

function compileComparison(operator: Comparison, left: Evaluate, right: Evaluate): Evaluate {
  const holds = comparisons[operator]
  return scope => {
    const a = left(scope)
    const b = right(scope)
    return a === undefined || b === undefined ? undefined : holds(a, b)
  }
}

const comparisons: Readonly<Record<Comparison, (a: Content, b: Content) => boolean>> = {
  '==': (a, b) => a === b || equal(a, b),
  '!=': (a, b) => a !== b && !equal(a, b),
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
}

/**
 * As in CEL, values of two kinds are not equal. A text and a number are an error instead: a cell of a CSV file is text,
 * and `account.age == 3` would be false for ever without a word.
 */
function equal(a: Content, b: Content): boolean {
  if ((typeof a === 'string' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'string')) {
    throw unlike(a, b)
  }
  if (typeof a !== 'object' || typeof b !== 'object') return a === b
  return deepEqual(a, b)
}

/** Whether two values are the same to the last member. */
export function deepEqual(a: Content | undefined, b: Content | undefined): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => deepEqual(item, b[at]))
    )
  }
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && deepEqual(Reflect.get(a, key), Reflect.get(b, key)))
  )
}

function order(a: Content, b: Content): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  throw unlike(a, b)
}

/**
 * `decisive` is the value of one side that settles the whole, whatever the other is: as in CEL, a left side that cannot
 * be evaluated does not matter then.
 */
function compileLogic(decisive: boolean, left: Evaluate, right: Evaluate): Evaluate {
  return scope => {
    let a: Content | undefined
    let problem: TemplateError | undefined
    try {
      a = left(scope)
      if (a !== undefined && truth(a) === decisive) return decisive
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      problem = error
    }
    const b = right(scope)
    if (b !== undefined && truth(b) === decisive) return decisive
    if (problem !== undefined) throw problem
    return a === undefined || b === undefined ? undefined : !decisive
  }
}

function truth(value: Content): boolean {
  if (typeof value === 'boolean') return value
  throw new TemplateError(`${kindOf(value)} stands where true or false is needed`)
}

/** The error of comparing two values whose kinds have no order, or were most likely meant to be one. */
export function unlike(a: Content, b: Content): TemplateError {
  const [one, other] = [kindOf(a), kindOf(b)]
  const hint = [one, other].includes('a text') && [one, other].includes('a number') ? '; number(...) reads a text' : ''
  return new TemplateError(`${one} is compared with ${other}${hint}`)
}

function kindOf(value: Content): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'number') return 'a number'
  if (typeof value === 'boolean') return 'true or false'
  if (value instanceof Uint8Array) return 'bytes'
  return Array.isArray(value) ? 'a list' : 'a map'
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
