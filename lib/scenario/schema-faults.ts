import * as z from 'zod'
import type { Fault } from './fault.ts'
import { nearestKey } from './nearest-key.ts'

type Issue = z.core.$ZodIssue

/** Where the value stands: the file that it is of, or the part of a request whose name its paths begin with. */
export type ValuePlace = { readonly file?: string; readonly part?: string }

/**
 * One fault for each thing that a schema refuses in a value: where, what was found, what was expected, how to mend it. A
 * message that the schema gives of its own says what would have been right; for the rest it is told from the issue.
 */
export function schemaFaults(
  schema: z.core.$ZodType,
  issues: readonly Issue[],
  given: unknown,
  { file, part }: ValuePlace = {},
): readonly Fault[] {
  const start = part === undefined ? [] : [part]
  return issues
    .flatMap(issue => faultsOf(schema, issue, given, start))
    .map(fault => ({ ...(file !== undefined && { file }), ...fault }))
}

function faultsOf(
  schema: z.core.$ZodType,
  issue: Issue,
  given: unknown,
  start: readonly PropertyKey[],
): readonly Fault[] {
  const at = issue.path
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(schema, key, at, start))
  // A union's own issues say more than that none of its members fits, if one of them was meant.
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find(inner => inner.some(({ path }) => path.length > 0))
    if (meant !== undefined)
      return meant.flatMap(inner => faultsOf(schema, { ...inner, path: [...at, ...inner.path] }, given, start))
  }
  // Of a key that is none, the value says nothing.
  const found = issue.code === 'invalid_key' ? at.at(-1) : valueAt(given, at)
  const place = [...start, ...at]
  const fix = fixOf(issue, found)
  return [
    {
      ...(place.length > 0 && { path: pathText(place) }),
      message: found === undefined ? 'is missing' : `found ${shown(found)}`,
      expected: expectedOf(issue),
      ...(fix !== undefined && { fix }),
    },
  ]
}

/** How zod's own messages begin. */
const ownWords = /^(Invalid|Too (big|small)|Unrecognized)\b/

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

function expectedOf(issue: Issue): string {
  if (!ownWords.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected
    case 'invalid_value':
      return issue.values.map(value => shown(value)).join(', ')
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap(([first]) => (first === undefined ? [] : [expectedOf(first)])))].join(
        ', or ',
      )
    case 'invalid_key':
      return `as key ${issue.issues.map(expectedOf).join(', ')}`
    case 'too_small':
      return `${amountOf(issue.origin)} of ${issue.inclusive === false ? 'more than' : 'at least'} ${unitsOf(issue.origin, issue.minimum)}`
    case 'too_big':
      return `${amountOf(issue.origin)} of ${issue.inclusive === false ? 'less than' : 'at most'} ${unitsOf(issue.origin, issue.maximum)}`
    default:
      return issue.message
  }
}

const amountOf = (origin: string) => typeNames[origin] ?? 'a value'

function unitsOf(origin: string, bound: number | bigint): string {
  const figure = bound.toLocaleString('en-US')
  if (origin !== 'string' && origin !== 'array') return figure
  const unit = origin === 'string' ? 'character' : 'item'
  return `${figure} ${unit}${Number(bound) === 1 ? '' : 's'}`
}

function fixOf(issue: Issue, found: unknown): string | undefined {
  if (issue.code === 'invalid_value' && typeof found === 'string') return nearestKey(found, issue.values.map(String))
  if (typeof found !== 'number') return undefined
  if (issue.code === 'too_small' && issue.inclusive !== false) return String(issue.minimum)
  return issue.code === 'too_big' && issue.inclusive !== false ? String(issue.maximum) : undefined
}

function unknownKey(
  schema: z.core.$ZodType,
  key: string,
  at: readonly PropertyKey[],
  start: readonly PropertyKey[],
): Fault {
  const known = keysAt(schema, at)
  const nearest = nearestKey(key, known)
  return {
    path: pathText([...start, ...at, key]),
    message: `unknown key "${key}"`,
    ...(known.length > 0 && { expected: known.join(', ') }),
    ...(nearest !== undefined && { fix: nearest }),
  }
}

/** The keys that the schema knows of the object at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at = jsonSchema(schema)
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
  return walk(jsonSchema(schema), '')
}

/** A schema that has a name of its own is behind a reference. */
function jsonSchema(schema: z.core.$ZodType): unknown {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return whole.$ref === undefined ? whole : valueAt(whole, whole.$ref.replace(/^#\//, '').split('/'))
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
