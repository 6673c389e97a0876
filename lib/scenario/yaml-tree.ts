import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import type { FaultList } from './fault-list.ts'
import { quotedHole } from './quoted-hole.ts'
import type { SourceText } from './source-text.ts'
import {
  childPath,
  type Entry,
  MAX_DEPTH,
  MAX_NODES,
  type MapNode,
  type Node,
  type Place,
  type ScalarNode,
} from './yaml-node.ts'
import { readYamlScalar } from './yaml-scalar.ts'

const MAX_ALIASES = 1_000

/** The parser's tree as nodes that know their places, aliases and merge keys expanded. */
export class YamlTree {
  readonly #source: SourceText
  readonly #faults: FaultList
  readonly #anchors = new Map<string, ParsedNode>()
  /** The anchored nodes that are being read: an alias to one of them would never end. */
  readonly #open = new Set<ParsedNode>()
  #nodes = 0
  #aliases = 0
  #full = false

  constructor(source: SourceText, faults: FaultList) {
    this.#source = source
    this.#faults = faults
  }

  /** Undefined where the tree is larger than any scenario: what was left out would be missed everywhere. */
  read(root: ParsedNode): Node | undefined {
    const node = this.#node(root, '', undefined, 0)
    return this.#full ? undefined : node
  }

  #node(node: ParsedNode, path: string, key: string | undefined, depth: number): Node {
    const place = this.#source.place(node.range[0], path)
    const empty: ScalarNode = {
      kind: 'scalar',
      place,
      value: null,
      text: '',
      cut: false,
      broken: true,
      ...(key === undefined ? {} : { key }),
    }
    this.#nodes += 1
    if (this.#nodes > MAX_NODES || this.#full) {
      if (!this.#full)
        this.#faults.add(place, `the file holds more than ${MAX_NODES} values once its aliases are expanded`, {
          expected: 'fewer aliases',
        })
      this.#full = true
      return empty
    }
    if (depth > MAX_DEPTH) {
      this.#faults.settle(place, `the file nests deeper than ${MAX_DEPTH} levels`, {
        expected: `at most ${MAX_DEPTH} levels`,
      })
      return empty
    }
    if (isAlias(node)) return this.#alias(node.source, path, key, depth, place, empty)
    if (node.anchor) this.#anchors.set(node.anchor, node)
    if (node.tag)
      this.#faults.add(place, `the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')} is not read`, {
        expected: 'the value without a tag; text in quotes',
      })
    this.#open.add(node)
    const read = this.#content(node, path, key, depth, place)
    this.#open.delete(node)
    return read
  }

  #content(node: ParsedNode, path: string, key: string | undefined, depth: number, place: Place): Node {
    const named = key === undefined ? {} : { key }
    const hole = isMap(node) ? this.#bareHole(node, named, place) : undefined
    if (hole) return hole
    if (isMap(node)) return { kind: 'map', place, ...named, entries: this.#entries(node, path, depth) }
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#item(item as ParsedNode, childPath(path, index), depth + 1, place),
      )
      return { kind: 'list', place, ...named, items }
    }
    return readYamlScalar(node as Scalar.Parsed, key, this.#source, place, this.#faults)
  }

  /** `{{ x }}` without quotes is a map in a map to YAML: reported, and read as the text that was meant. */
  #bareHole(node: YAMLMap.Parsed, named: { readonly key?: string }, place: Place): ScalarNode | undefined {
    const [pair, second] = node.items
    const [start, end] = node.range
    if (second || !isMap(pair?.key) || !this.#source.text.startsWith('{{', start)) return undefined
    const fix = quotedHole(this.#source.line(place.line ?? 1))?.line
    this.#faults.add(place, 'a value with {{ }} is not in quotes', { expected: 'put {{ }} in quotes', fix })
    return {
      kind: 'scalar',
      place,
      ...named,
      value: this.#source.text.slice(start, end),
      text: this.#source.text.slice(start, end),
      cut: false,
    }
  }

  #item(item: ParsedNode | null, path: string, depth: number, parent: Place): Node {
    if (item === null) return { kind: 'scalar', place: { ...parent, path }, value: null, text: '', cut: false }
    return this.#node(item, path, undefined, depth)
  }

  #entries(map: YAMLMap.Parsed, path: string, depth: number): readonly Entry[] {
    const entries = new Map<string, Entry>()
    let merge: { readonly line: number | undefined; readonly entries: readonly Entry[] } | undefined
    for (const pair of map.items) {
      const keyNode = pair.key as ParsedNode | null
      const keyPlace = this.#source.place(keyNode?.range?.[0] ?? map.range[0], path)
      if (!keyNode || !isScalar(keyNode) || keyNode.value === null || keyNode.value === '') {
        this.#badKey(keyNode, keyPlace)
        continue
      }
      const plain = keyNode.type === 'PLAIN' || keyNode.type === undefined
      const key = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? String(keyNode.value))
      const childPlace = { ...keyPlace, path: childPath(path, key) }
      if (keyNode.tag) this.#faults.add(keyPlace, 'a key has a tag', { expected: 'the key without a tag' })
      const value = pair.value
        ? this.#node(pair.value as ParsedNode, childPlace.path, key, depth + 1)
        : ({ kind: 'scalar', place: childPlace, key, value: null, text: '', cut: false } as const)
      if (key === '<<' && plain) {
        if (merge)
          this.#faults.add(keyPlace, `the key "<<" stands twice, first in line ${merge.line}`, {
            expected: '<<: [*a, *b] for several',
          })
        merge ??= { line: keyPlace.line, entries: this.#merged(value, keyPlace) }
        continue
      }
      const earlier = entries.get(key)
      if (earlier) {
        this.#faults.add(childPlace, `the key "${key}" stands twice, first in line ${earlier.place.line}`, {
          expected: 'each key once',
        })
        continue
      }
      entries.set(key, { key, place: childPlace, value })
    }
    for (const entry of merge?.entries ?? []) if (!entries.has(entry.key)) entries.set(entry.key, entry)
    return [...entries.values()]
  }

  /** The entries of `<<: *a` or `<<: [*a, *b]`: the first wins, and a key of the map itself wins over all. */
  #merged(value: Node, place: Place): readonly Entry[] {
    const maps = value.kind === 'list' ? value.items : [value]
    if (maps.every((map): map is MapNode => map.kind === 'map')) return maps.flatMap(map => map.entries)
    this.#faults.add(place, '<< merges maps only', { expected: '<<: *anchor, or a list of them' })
    return []
  }

  #badKey(key: ParsedNode | null, place: Place): void {
    if (key && isAlias(key)) this.#faults.add(place, 'a key is an alias', { expected: 'a key as text' })
    else if (key && !isScalar(key))
      this.#faults.add(place, `a key is a ${isMap(key) ? 'map' : 'list'}`, {
        expected: 'a key as text; put {{ }}, [ ] and { } in quotes',
      })
    else if (key?.source)
      this.#faults.add(place, `the key ${key.source} is no text`, { expected: `"${key.source}": in quotes` })
    else this.#faults.add(place, 'a key is empty', { expected: 'key: value' })
  }

  #alias(name: string, path: string, key: string | undefined, depth: number, place: Place, empty: ScalarNode): Node {
    const target = this.#anchors.get(name)
    this.#aliases += 1
    if (!target) {
      this.#faults.settle(place, `*${name} is an alias, and no anchor &${name} stands before it`, {
        expected: 'a value that starts with * in quotes',
        fix: `${key === undefined ? '' : `${key}: `}"*${name}"`,
      })
      return empty
    }
    if (this.#open.has(target)) {
      this.#faults.settle(place, `the alias *${name} stands inside its own anchor`, {
        expected: 'an alias to something that has ended before',
      })
      return empty
    }
    if (this.#aliases > MAX_ALIASES) {
      this.#faults.add(place, `the file uses more than ${MAX_ALIASES} aliases`, { expected: `at most ${MAX_ALIASES}` })
      this.#full = true
      return empty
    }
    return this.#node(target, path, key, depth)
  }
}
