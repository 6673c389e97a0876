import * as z from 'zod'
import type { Fault } from '../scenario/fault.ts'
import { nearestKey } from '../scenario/nearest-key.ts'

type Issue = z.core.$ZodIssue

/** One fault for each thing wrong with a configuration: where, what was found, what was expected, how to mend it. */
export function configFaults(
  schema: z.core.$ZodType,
  issues: readonly Issue[],
  given: unknown,
  file?: string,
): readonly Fault[] {
  return issues
    .flatMap(issue => faultsOf(schema, issue, given))
    .map(fault => ({ ...(file !== undefined && { file }), ...fault }))
}

function faultsOf(schema: z.core.$ZodType, issue: Issue, given: unknown): readonly Fault[] {
  const at = issue.path
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(schema, key, at))
  // A union's own issues say more than that none of its members fits, if one of them was meant.
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find(inner => inner.some(({ path }) => path.length > 0))
    if (meant !== undefined)
      return meant.flatMap(inner => faultsOf(schema, { ...inner, path: [...at, ...inner.path] }, given))
  }
  const found = valueAt(given, at)
  return [
    {
      ...(at.length > 0 && { path: pathText(at) }),
      message: found === undefined ? 'is missing' : `found ${shown(found)}`,
      expected: issue.message,
    },
  ]
}

function unknownKey(schema: z.core.$ZodType, key: string, at: readonly PropertyKey[]): Fault {
  const known = keysAt(schema, at)
  const nearest = nearestKey(key, known)
  return {
    path: pathText([...at, key]),
    message: `unknown key "${key}"`,
    ...(known.length > 0 && { expected: known.join(', ') }),
    ...(nearest !== undefined && { fix: nearest }),
  }
}

/** The keys that the schema knows of the object at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  for (const key of path) at = typeof key === 'number' ? valueAt(at, ['items']) : valueAt(at, ['properties', key])
  return Object.keys(valueAt(at, ['properties']) ?? {})
}

/** Dotted paths of every key of a schema, its lists' items left out. */
export function keysBelow(schema: z.core.$ZodType): readonly string[] {
  const walk = (at: unknown, prefix: string): string[] =>
    Object.entries(valueAt(at, ['properties']) ?? {}).flatMap(([key, inner]) => [
      `${prefix}${key}`,
      ...walk(inner, `${prefix}${key}.`),
    ])
  return walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '')
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

/** `allow.hosts[0]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  )
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
