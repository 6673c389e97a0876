import type { Environment } from '@marcbachmann/cel-js'
import { fakeKinds, templateFunctions } from '../scenario/template-function.ts'
import { type Evaluate, unlike } from './compile-plain.ts'
import { library } from './libraries.ts'
import type { Scope } from './scope.ts'
import { TemplateError } from './template-error.ts'
import { type Content, templateFunction } from './template-functions.ts'

/** Codes of CEL's errors that mean: what the expression reads has no value. */
const missingCodes = new Set(['unknown_variable', 'no_such_key', 'index_out_of_bounds', 'index_out_of_range'])

/** One environment a thread, made when the first expression needs it. */
let shared: Environment | undefined
/** The scope of the evaluation under way: CEL hands its functions nothing but their arguments. */
let current: Scope | undefined

/** Any CEL expression, for what `parsePlain` does not cover. Parsed once; `roots` are the names it reads. */
export function compileCel(expression: string, roots: readonly string[]): Evaluate {
  shared ??= makeEnvironment()
  const run = shared.parse(expression)
  return scope => {
    const context: Record<string, unknown> = Object.create(null)
    for (const root of roots) context[root] = root === 'body' ? scope.body : scope.value(root)
    const outer = current
    current = scope
    try {
      return fromCel(run(context))
    } catch (error) {
      if (error instanceof TemplateError) throw error
      return missing(error)
    } finally {
      current = outer
    }
  }
}

/** Undefined where the error says that a value is missing; any other error is the user's to see. */
function missing(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (missingCodes.has(code)) return undefined
  const summary = error instanceof Error && 'summary' in error ? String(error.summary) : String(error)
  throw new TemplateError(summary)
}

/**
 * CEL counts in 64-bit integers and JSON in doubles, and CEL does not mix the two: `1 + x` has no overload where x came
 * from JSON. The operators between them are added here, and give doubles.
 */
function makeEnvironment(): Environment {
  const { Environment } = library('cel')
  const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  for (const [sign, run] of Object.entries(arithmetic)) {
    environment.registerOperator(`double ${sign} int`, run)
    environment.registerOperator(`int ${sign} double`, run)
  }
  environment.registerOperator('double % double', arithmetic['%'])
  environment.registerOperator('double == int', (a: number, b: bigint) => a === Number(b))
  // The library adds the reverse order and `!=` by itself.
  environment.registerOperator('string == int', refuseTextAndNumber)
  environment.registerOperator('string == double', refuseTextAndNumber)
  for (const [name, [, most]] of Object.entries(templateFunctions)) {
    const parameters = Array.from({ length: most }, () => 'dyn').join(', ')
    environment.registerFunction(`${name}(${parameters}): dyn`, callWithScope(name))
  }
  environment.registerType('Fake', Fake)
  environment.registerConstant('fake', 'Fake', new Fake())
  for (const kind of fakeKinds) {
    environment.registerFunction(`Fake.${kind}(): dyn`, callWithScope(`fake.${kind}`, 1))
  }
  return environment
}

/** As a plain expression does: see `equal` there. */
function refuseTextAndNumber(): never {
  throw unlike('', 0)
}

/** What `fake.` stands for. */
class Fake {}

const arithmetic = {
  '+': (a: number | bigint, b: number | bigint) => Number(a) + Number(b),
  '-': (a: number | bigint, b: number | bigint) => Number(a) - Number(b),
  '*': (a: number | bigint, b: number | bigint) => Number(a) * Number(b),
  '/': (a: number | bigint, b: number | bigint) => Number(a) / Number(b),
  '%': (a: number | bigint, b: number | bigint) => Number(a) % Number(b),
}

/** `skip` leaves the receiver out. The function itself is looked up at its first call: faker may not be loaded. */
function callWithScope(name: string, skip = 0): (...values: readonly unknown[]) => unknown {
  let run: ReturnType<typeof templateFunction> | undefined
  return (...values) => {
    if (current === undefined) throw new Error(`${name}() was called outside an evaluation`)
    run ??= templateFunction(name)
    const given = values.slice(skip).map(value => fromCel(value) ?? null)
    const value = run(given, current)
    if (value === undefined) throw new TemplateError(`${name}() has nothing to choose from`)
    return value
  }
}

/** CEL's integers, times and durations as JSON has them. */
function fromCel(value: unknown): Content | undefined {
  switch (typeof value) {
    case 'bigint':
      return safeNumber(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TemplateError('the result is not a finite number')
      return value
    case 'string':
    case 'boolean':
      return value
    case 'object':
      return fromObject(value)
    default:
      return undefined
  }
}

function fromObject(value: object | null): Content {
  if (value === null || value instanceof Uint8Array) return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(item => jsonOf(item))
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), jsonOf(item)]))
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]))
  }
  const inner: unknown = value.valueOf()
  if (typeof inner === 'bigint') return safeNumber(inner)
  return String(value)
}

function jsonOf(value: unknown): Exclude<Content, Uint8Array> {
  const content = fromCel(value) ?? null
  if (content instanceof Uint8Array) throw new TemplateError('bytes stand inside a list or a map: use base64(...)')
  return content
}

function safeNumber(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new TemplateError('the result is a whole number beyond 2^53')
  return number
}
