import type { JsonValue } from './json.ts'

/** A file of the scenario: how the user named it, and the folder that its paths are relative to. */
export type SourceFile = {
  readonly shown: string
  /** Inside the scenario's folder, with `/`; empty for the folder itself. */
  readonly folder: string
}

/** Where a value stands. Values from code, defaults and command-line options have a path only. */
export type Place = {
  readonly source?: SourceFile
  readonly line?: number
  readonly column?: number
  readonly path: string
}

/** A value with its place: what every reader of the language works on, be it YAML, JSON or an object from code. */
export type Node = ScalarNode | ListNode | MapNode

export type ScalarNode = {
  readonly kind: 'scalar'
  readonly place: Place
  /** The map key that the value stands under. */
  readonly key?: string
  readonly value: string | number | boolean | null
  /** The value as text, as it was written. */
  readonly text: string
  /** A comment follows a plain value on its line: YAML may have cut it. */
  readonly cut: boolean
  /** A fault was reported already that explains any other about this text. */
  readonly broken?: true
  /** What stands before and after it in the text of which it is a part. */
  readonly around?: readonly [before: string, after: string]
  /** The place of the character at this offset of `text`, if the text stands in the source unchanged. */
  readonly at?: (offset: number) => { readonly line: number; readonly column: number } | undefined
}

export type ListNode = {
  readonly kind: 'list'
  readonly place: Place
  readonly key?: string
  readonly items: readonly Node[]
}

export type Entry = { readonly key: string; readonly place: Place; readonly value: Node }

export type MapNode = {
  readonly kind: 'map'
  readonly place: Place
  readonly key?: string
  readonly entries: readonly Entry[]
}

/** How deep maps and lists may nest, and how many values a scenario may hold once its aliases are expanded. */
export const MAX_DEPTH = 64
export const MAX_NODES = 200_000

/** `flows.browse` + `steps` = `flows.browse.steps`; keys that are no plain words are quoted. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  const name = /^[\w$-]+$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? name : `${path}.${name}`
}

/** A value that was not read from a file: a default, an option of the command line, a synthesised key. */
export function scalarNode(value: ScalarNode['value'], path: string, key?: string): ScalarNode {
  const text = value === null ? '' : String(value)
  return { kind: 'scalar', place: { path }, value, text, cut: false, ...(key === undefined ? {} : { key }) }
}

/** A part of a scalar's text, in its own place; a fix of it shows the whole. */
export function partOf(node: ScalarNode, start: number, text: string): ScalarNode {
  const at = node.at?.(start)
  return {
    ...node,
    place: { ...node.place, ...at },
    value: /^-?\d+$/.test(text) ? Number(text) : text,
    text,
    around: [node.text.slice(0, start), node.text.slice(start + text.length)],
    at: offset => node.at?.(start + offset),
  }
}

/** The value without its places. */
export function plainValue(node: Node): JsonValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainValue)
  return Object.fromEntries(node.entries.map(entry => [entry.key, plainValue(entry.value)]))
}

/** The entry under a key; undefined where there is none, or no map. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.find(entry => entry.key === key) : undefined
}

/** "a list", "text", "a number": how a value is called in a fault. */
export function kindOf(node: Node): string {
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list'
  if (node.kind === 'map') return node.entries.length === 0 ? 'an empty map' : 'a map'
  if (node.value === null) return 'empty'
  if (typeof node.value === 'string') return `the text "${shorten(node.value)}"`
  return typeof node.value === 'number' ? `the number ${node.text}` : `${node.value}`
}

/** At most 60 characters of one line. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}
