import type * as z from 'zod'
import type { FaultList } from './fault-list.ts'
import { fixLine, yamlText } from './fault-list.ts'
import { nearestKey } from './nearest-key.ts'
import { childPath, type Entry, kindOf, type MapNode, type Node, type Place, scalarNode } from './yaml-node.ts'

/**
 * A map of the language: its known keys, their order and their defaults are those of its schema, which is the one list of them. Unknown keys
 * are faults, with the nearest known one.
 */
export class Section<S extends z.ZodObject> {
  readonly place: Place
  readonly node: MapNode
  readonly #schema: S
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #faults: FaultList

  /**
   * @param what "a data set": how a fault calls the map
   * @param free keys that begin so are anybody's (`x-`)
   */
  constructor(node: MapNode, schema: S, what: string, faults: FaultList, free?: string) {
    this.place = node.place
    this.node = node
    this.#schema = schema
    this.#faults = faults
    this.#entries = new Map(node.entries.map(entry => [entry.key, entry]))
    const known = Object.keys(schema.shape)
    for (const entry of node.entries) {
      if (known.includes(entry.key) || (free !== undefined && entry.key.startsWith(free))) continue
      reportUnknown(entry, what, known, faults)
    }
  }

  get shape(): S['shape'] {
    return this.#schema.shape
  }

  /** The value as written, or the schema's default as if it had been written; undefined where there is neither. */
  get(key: keyof S['shape'] & string): Node | undefined {
    const written = this.written(key)
    if (written) return written
    const byDefault = schemaDefault(this.#schema, key)
    return byDefault === undefined ? undefined : scalarNode(byDefault, childPath(this.place.path, key), key)
  }

  /** The value as written; a key without a value is a fault. */
  written(key: keyof S['shape'] & string): Node | undefined {
    const value = this.#entries.get(key)?.value
    if (value?.kind === 'scalar' && value.broken && value.value === null) return undefined
    if (value?.kind === 'scalar' && value.value === null && value.text === '') {
      const type = metaOf(this.#schema, key)?.title
      return this.#faults.add(this.#entries.get(key)?.place ?? this.place, `"${key}" has no value`, {
        expected: type === undefined ? 'a value' : `${key}: ${type}`,
      })
    }
    return value
  }

  has(key: keyof S['shape'] & string): boolean {
    return this.#entries.has(key)
  }

  placeOf(key: keyof S['shape'] & string): Place {
    return this.#entries.get(key)?.place ?? this.place
  }

  /** Whether an unknown key is most likely this one: its fault says so, and that this one is missing follows from it. */
  mistyped(key: keyof S['shape'] & string): boolean {
    return this.node.entries.some(
      entry => !Object.hasOwn(this.shape, entry.key) && nearestKey(entry.key, Object.keys(this.shape)) === key,
    )
  }

  /** Like `written`, and a fault if the key is not there. */
  require(key: keyof S['shape'] & string, what: string, fix?: string): Node | undefined {
    if (this.#entries.has(key)) return this.written(key)
    if (this.mistyped(key)) return undefined
    const title = metaOf(this.#schema, key)?.title
    return this.#faults.add(this.place, `${what} has no "${key}"`, {
      expected: title === undefined || title === key ? undefined : `${key}: ${title}`,
      fix,
    })
  }
}

/** The map of a section, or a fault that says what stands there instead. */
export function asMap(node: Node, what: string, expected: string, faults: FaultList): MapNode | undefined {
  if (node.kind === 'map') return node
  const joined = node.kind === 'scalar' ? /^([\w-]+):(\S.*)$/.exec(node.text) : null
  const fix = joined ? `${joined[1]}: ${joined[2]}` : undefined
  return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected, fix })
}

/** The items of a list, or a fault that says what stands there instead. */
export function asList(node: Node, what: string, expected: string, faults: FaultList): readonly Node[] | undefined {
  if (node.kind === 'list') return node.items
  const fix =
    node.kind === 'scalar' && node.value !== null
      ? fixLine(node, `[${node.text}]`).replace(/"\[(.*)\]"$/, '[$1]')
      : undefined
  return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected, fix })
}

/** The fault of a key that the map does not have, with the nearest that it has. */
export function reportUnknown(entry: Entry, what: string, known: readonly string[], faults: FaultList): undefined {
  const near = nearestKey(entry.key, known)
  const value = entry.value.kind === 'scalar' ? ` ${yamlText(entry.value.text)}` : ''
  const where = what === '' ? '' : ` in ${what}`
  return faults.add(entry.place, `unknown key "${entry.key}"${where}`, {
    expected: near ?? `one of ${known.join(', ')}`,
    fix: near === undefined ? undefined : `${near}:${value}`.trimEnd(),
  })
}

function metaOf(schema: z.ZodObject, key: string): z.GlobalMeta | undefined {
  return (schema.shape[key] as z.ZodType | undefined)?.meta()
}

function schemaDefault(schema: z.ZodObject, key: string): string | number | boolean | null | undefined {
  return metaOf(schema, key)?.['default'] as string | number | boolean | null | undefined
}
