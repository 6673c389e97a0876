import type { FaultList } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import { nearestKey } from './nearest-key.ts'
import { parsePlain } from './plain-expression.ts'
import { MAX_GRAMMAR_TEXT } from './read-value.ts'
import { type Hole, parseTemplate } from './template.ts'
import type { Node, Place, ScalarNode } from './yaml-node.ts'

/** What is known before a run: the environment variables and the variables so far. */
export type StaticScope = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly vars: ReadonlyMap<string, JsonValue>
  /** Variables that are written below the one that is read. */
  readonly later?: ReadonlySet<string>
  /** The environment variables that were read, added to as they are. */
  readonly used: Map<string, string>
}

type Value = { readonly value: JsonValue } | undefined

/** A value whose templates read `env` and `vars` only: filled in once, where the run is started. */
export function resolveStatic(node: Node, what: string, scope: StaticScope, faults: FaultList): Value {
  if (node.kind === 'list') {
    const items = node.items.map(item => resolveStatic(item, what, scope, faults))
    return items.every(item => item !== undefined) ? { value: items.map(item => item.value) } : undefined
  }
  if (node.kind === 'map') {
    const entries = node.entries.map(entry => [entry.key, resolveStatic(entry.value, what, scope, faults)] as const)
    const known = entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value.value] as const]))
    return known.length === entries.length ? { value: Object.fromEntries(known) } : undefined
  }
  if (typeof node.value !== 'string' || !node.value.includes('{{')) return { value: node.value }
  return resolveText(node, what, scope, faults)
}

/** Text with holes; text that is one hole keeps the type of its value. */
export function resolveText(node: ScalarNode, what: string, scope: StaticScope, faults: FaultList): Value {
  if (node.text.length > MAX_GRAMMAR_TEXT) {
    return faults.add(node.place, `${what} has ${node.text.length} characters`, {
      expected: `at most ${MAX_GRAMMAR_TEXT}`,
    })
  }
  const parsed = parseTemplate(node.text)
  if (!parsed.ok) return faults.addGrammar(node, parsed.errors)
  const values: JsonValue[] = []
  for (const part of parsed.value.parts) {
    const value = typeof part === 'string' ? { value: part } : resolveHole(part, node, what, scope, faults)
    if (value === undefined) return undefined
    values.push(value.value)
  }
  const [only] = values
  if (values.length === 1 && only !== undefined) return { value: only }
  return { value: values.map(value => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join('') }
}

function resolveHole(hole: Hole, node: ScalarNode, what: string, scope: StaticScope, faults: FaultList): Value {
  const choices = [hole, ...(hole.alternatives ?? [])]
  const reasons: string[] = []
  for (const { expression } of choices) {
    const tree = parsePlain(expression)
    if (tree?.kind === 'literal') return { value: tree.value }
    if (tree?.kind !== 'path' || (tree.root !== 'env' && tree.root !== 'vars')) {
      return faults.add(placeIn(node, expression), `${what} reads "${expression}", which is not known before the run`, {
        expected:
          'env.NAME or vars.NAME, with "or" for what may be missing; values that change belong into `set` or a step',
      })
    }
    const found = tree.root === 'env' ? envValue(tree.keys, scope) : valueAt(Object.fromEntries(scope.vars), tree.keys)
    if (found !== undefined) return { value: found }
    reasons.push(missing(tree.root, tree.keys, scope))
  }
  if (hole.fallback !== undefined) return { value: hole.fallback }
  return faults.add(placeIn(node, hole.expression), reasons.join(', '), {
    expected: `a value, or a default: {{ ${hole.expression} or 'default' }}`,
  })
}

function placeIn(node: ScalarNode, expression: string): Place {
  return { ...node.place, ...node.at?.(Math.max(0, node.text.indexOf(expression))) }
}

function missing(root: string, keys: readonly (string | number)[], scope: StaticScope): string {
  const name = `${root}${keys.map(key => `.${key}`).join('')}`
  if (root === 'env') return `the environment variable ${keys[0]} is not set`
  if (scope.later?.has(String(keys[0]))) return `${name} stands below: a variable reads those before it`
  const near = nearestKey(String(keys[0]), [...scope.vars.keys()])
  return `${name} is not defined${near === undefined ? '' : ` (did you mean vars.${near}?)`}`
}

function envValue(keys: readonly (string | number)[], scope: StaticScope): string | undefined {
  const [name] = keys
  if (typeof name !== 'string' || keys.length !== 1) return undefined
  const value = Object.hasOwn(scope.env, name) ? scope.env[name] : undefined
  if (value !== undefined) scope.used.set(name, value)
  return value
}

function valueAt(value: JsonValue, keys: readonly (string | number)[]): JsonValue | undefined {
  let found: JsonValue | undefined = value
  for (const key of keys) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, key)) return undefined
    found = (found as Readonly<Record<string | number, JsonValue>>)[key]
  }
  return found
}
