import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import type { FaultList } from './fault-list.ts'
import { quotedHole, yamlErrorInWords } from './yaml-faults.ts'
import {
  childPath,
  type Entry,
  MAX_DEPTH,
  MAX_NODES,
  type MapNode,
  type Node,
  type Place,
  type ScalarNode,
  type SourceFile,
} from './yaml-node.ts'
import { readYamlScalar } from './yaml-scalar.ts'

/** The largest scenario file, in characters. */
export const MAX_TEXT = 1_000_000
const MAX_ALIASES = 1_000
const MAX_LINES = 50_000
/** No scenario opens so many brackets that it does not close; the parser would call itself for each. */
const MAX_OPEN = 2_000

/**
 * Reads YAML 1.2 (and so JSON) into nodes that know their places. Nothing that YAML would read otherwise than a person does is let through.
 *
 * @returns undefined where the text has no shape to go on with; the faults say why
 */
export function readYaml(text: string, file: SourceFile, faults: FaultList): Node | undefined {
  const whole: Place = { source: file, line: 1, column: 1, path: '' }
  if (text.length > MAX_TEXT) {
    return faults.add(whole, `the file has ${text.length} characters`, {
      expected: `at most ${MAX_TEXT}; put rows into a CSV file`,
    })
  }
  if (text.includes('\0')) return faults.add(whole, 'the file is binary', { expected: 'YAML or JSON text in UTF-8' })
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (source.trim() === '') {
    return faults.add(whole, 'the file is empty', {
      expected: 'at least a target and steps',
      fix: 'target: http://127.0.0.1:8080',
    })
  }
  const lines = source.split('\n').length
  if (lines > MAX_LINES) {
    return faults.add(whole, `the file has ${lines} lines`, {
      expected: `at most ${MAX_LINES}; put rows into a CSV file`,
    })
  }
  if (opensTooMany(source)) {
    return faults.add(whole, `more than ${MAX_OPEN} brackets are opened and not closed`, {
      expected: `at most ${MAX_DEPTH} levels`,
    })
  }
  try {
    return new DocumentReader(source, file, faults).read()
  } catch (error) {
    if (error instanceof RangeError)
      return faults.add(whole, `the file nests deeper than ${MAX_DEPTH} levels`, {
        expected: `at most ${MAX_DEPTH} levels`,
      })
    throw error
  }
}

class DocumentReader {
  readonly #source: string
  readonly #file: SourceFile
  readonly #faults: FaultList
  readonly #lines = new LineCounter()
  readonly #anchors = new Map<string, ParsedNode>()
  /** The anchored nodes that are being read: an alias to one of them would never end. */
  readonly #open = new Set<ParsedNode>()
  #nodes = 0
  #aliases = 0
  #full = false

  constructor(source: string, file: SourceFile, faults: FaultList) {
    this.#source = source
    this.#file = file
    this.#faults = faults
  }

  read(): Node | undefined {
    const parsed = parseAllDocuments<ParsedNode>(this.#source, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: false,
      intAsBigInt: false,
      logLevel: 'silent',
      merge: false,
      resolveKnownTags: false,
    })
    const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : []
    const [first, second] = documents
    if (!first)
      return this.#faults.add(this.#place(0, ''), 'the file holds comments only', {
        expected: 'at least a target and steps',
      })
    if (this.#syntax(first)) return undefined
    if (second) {
      const start = second.contents?.range?.[0] ?? second.range[0]
      this.#faults.add(this.#place(start, ''), 'a second document starts here', {
        expected: 'one scenario a file, without --- between',
      })
    }
    const version = first.directives?.yaml
    if (version?.explicit && version.version !== '1.2') {
      this.#faults.add(
        this.#place(0, ''),
        `the file asks for YAML ${version.version}, where yes, on and 1:30 are no text`,
        { expected: 'YAML 1.2: leave the %YAML line out' },
      )
    }
    if (!first.contents)
      return this.#faults.add(this.#place(0, ''), 'the file holds comments only', {
        expected: 'at least a target and steps',
      })
    return this.#node(first.contents, '', undefined, 0)
  }

  /** Reports what the parser found, one fault a line; true where the shape cannot be trusted. */
  #syntax(document: Document.Parsed): boolean {
    const lines = new Set<number>()
    let broken = false
    const nested = document.errors.some(error => error.code === 'BLOCK_AS_IMPLICIT_KEY')
    for (const error of document.errors.slice(0, 100)) {
      broken = true
      if (nested && error.code === 'MULTILINE_IMPLICIT_KEY') continue
      // After an error the parser takes the rest for something else.
      if (lines.size > 0 && /in YAML stream/.test(error.message)) continue
      if (lines.size >= 10) break
      if (error.code === 'RESOURCE_EXHAUSTION') {
        this.#faults.add(this.#place(error.pos[0], ''), `the file nests deeper than ${MAX_DEPTH} levels`, {
          expected: `at most ${MAX_DEPTH} levels`,
        })
        break
      }
      const quoted = /Missing closing/.test(error.message) ? this.#scalarAround(document, error.pos[0]) : undefined
      const words = yamlErrorInWords(error, this.#source, quoted)
      const place = this.#place(words.offset, '')
      if (lines.has(place.line ?? 0)) continue
      lines.add(place.line ?? 0)
      this.#faults.add(place, words.message, { expected: words.expected, fix: words.fix })
    }
    for (const warning of document.warnings) {
      if (warning.code === 'TAG_RESOLVE_FAILED') continue
      this.#faults.add(this.#place(warning.pos[0], ''), `YAML warns: ${warning.message.split('\n')[0]}`, {})
    }
    return broken
  }

  #scalarAround(document: Document.Parsed, offset: number): number | undefined {
    let start: number | undefined
    visit(document, {
      Scalar: (_, node) => {
        const range = node.range
        if (
          range &&
          range[0] <= offset &&
          range[2] >= offset &&
          (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')
        )
          start = range[0]
      },
    })
    return start
  }

  #node(node: ParsedNode, path: string, key: string | undefined, depth: number): Node {
    const place = this.#place(node.range[0], path)
    const empty: ScalarNode = {
      kind: 'scalar',
      place,
      value: null,
      text: '',
      cut: false,
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
      this.#faults.add(place, `the file nests deeper than ${MAX_DEPTH} levels`, {
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
    return readYamlScalar(
      node as Scalar.Parsed,
      key,
      this.#source,
      offset => this.#position(offset),
      place,
      this.#faults,
    )
  }

  /** `{{ x }}` without quotes is a map in a map to YAML: reported, and read as the text that was meant. */
  #bareHole(node: YAMLMap.Parsed, named: { readonly key?: string }, place: Place): ScalarNode | undefined {
    const [pair, second] = node.items
    const [start, end] = node.range
    if (second || !isMap(pair?.key) || !this.#source.startsWith('{{', start)) return undefined
    const fix = quotedHole(this.#lineText(place.line ?? 1))?.line
    this.#faults.add(place, 'a value with {{ }} is not in quotes', { expected: 'put {{ }} in quotes', fix })
    return {
      kind: 'scalar',
      place,
      ...named,
      value: this.#source.slice(start, end),
      text: this.#source.slice(start, end),
      cut: false,
    }
  }

  #item(item: ParsedNode | null, path: string, depth: number, parent: Place): Node {
    if (item === null) return { kind: 'scalar', place: { ...parent, path }, value: null, text: '', cut: false }
    return this.#node(item, path, undefined, depth)
  }

  #entries(map: YAMLMap.Parsed, path: string, depth: number): readonly Entry[] {
    const entries = new Map<string, Entry>()
    const merged: Entry[] = []
    for (const pair of map.items) {
      const keyNode = pair.key as ParsedNode | null
      const keyPlace = this.#place(keyNode?.range?.[0] ?? map.range[0], path)
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
        merged.push(...this.#merged(value, keyPlace))
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
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry)
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
    else this.#faults.add(place, 'a key is empty', { expected: 'key: value' })
  }

  #alias(name: string, path: string, key: string | undefined, depth: number, place: Place, empty: ScalarNode): Node {
    const target = this.#anchors.get(name)
    this.#aliases += 1
    if (!target) {
      this.#faults.add(place, `*${name} is an alias, and no anchor &${name} stands before it`, {
        expected: 'a value that starts with * in quotes',
        fix: `${key === undefined ? '' : `${key}: `}"*${name}"`,
      })
      return empty
    }
    if (this.#open.has(target)) {
      this.#faults.add(place, `the alias *${name} stands inside its own anchor`, {
        expected: 'an alias to something that has ended before',
      })
      return empty
    }
    if (this.#aliases > MAX_ALIASES) {
      if (this.#aliases === MAX_ALIASES + 1)
        this.#faults.add(place, `the file uses more than ${MAX_ALIASES} aliases`, {
          expected: `at most ${MAX_ALIASES}`,
        })
      return empty
    }
    return this.#node(target, path, key, depth)
  }

  #place(offset: number, path: string): Place {
    return { source: this.#file, ...this.#position(offset), path }
  }

  #position(offset: number): { readonly line: number; readonly column: number } {
    const found = this.#lines.linePos(offset)
    const line = Math.max(1, found.line)
    const start = this.#lines.lineStarts[line - 1] ?? 0
    return { line, column: [...this.#source.slice(start, offset)].length + 1 }
  }

  #lineText(line: number): string {
    const start = this.#lines.lineStarts[line - 1] ?? 0
    const end = this.#lines.lineStarts[line] ?? this.#source.length
    return this.#source.slice(start, end).replace(/\r?\n$/, '')
  }
}

function opensTooMany(source: string): boolean {
  let open = 0
  for (let index = 0; index < source.length; index += 1) {
    const code = source.charCodeAt(index)
    if (code === 0x5b || code === 0x7b) open += 1
    else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1
    if (open > MAX_OPEN) return true
  }
  return false
}
