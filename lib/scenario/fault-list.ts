import type { Fault } from './fault.ts'
import type { GrammarError } from './grammar-error.ts'
import type { Node, Place, ScalarNode } from './yaml-node.ts'

type Words = { readonly expected?: string | undefined; readonly fix?: string | undefined }

/** More of them would be read by nobody. */
const MAX_FAULTS = 200

/** Collects the faults of one reading, each once: a snippet that is used twice is faulty once. */
export class FaultList {
  readonly faults: Fault[] = []
  readonly warnings: Fault[] = []
  readonly #seen = new Set<string>()
  readonly #settled = new Set<string>()
  readonly #suspected = new Map<string, Fault>()

  /** Always undefined, so that a reader may `return faults.add(...)` for the value that it could not read. */
  add(place: Place, message: string, words: Words = {}): undefined {
    const spot = spotOf(place)
    if (this.#settled.has(spot)) return
    const suspected = this.#suspected.get(spot)
    this.#suspected.delete(spot)
    if (suspected) this.faults.splice(this.faults.indexOf(suspected), 1)
    this.#push(this.faults, place, message, words)
  }

  /** A fault that leaves nothing to read: whatever a reader finds missing at this place follows from it, and is left out. */
  settle(place: Place, message: string, words: Words = {}): undefined {
    this.add(place, message, words)
    this.#settled.add(spotOf(place))
  }

  /** A fault that is told before it is known what the value is for: a reader that knows tells it better, in its place. */
  suspect(place: Place, message: string, words: Words = {}): undefined {
    const fault = this.#push(this.faults, place, message, words)
    if (fault) this.#suspected.set(spotOf(place), fault)
  }

  warn(place: Place, message: string, words: Words = {}): undefined {
    this.#push(this.warnings, place, message, words)
  }

  /** Errors of a small text inside a scalar: their offsets become lines and columns. */
  addGrammar(node: ScalarNode, errors: readonly GrammarError[], start = 0): undefined {
    if (node.broken) return
    for (const error of errors) {
      const at = node.at?.(start + (error.offset ?? 0))
      const place = at ? { ...node.place, ...at } : node.place
      const cut = node.cut ? ' (YAML cut this value at #: put it in quotes)' : ''
      const alone = error.fix === undefined || error.partial || node.text.includes('\n')
      const fix = alone ? error.fix : fixLine(node, error.fix ?? '')
      this.add(place, error.message + cut, { expected: error.expected, fix })
    }
  }

  get failed(): boolean {
    return this.faults.length > 0
  }

  #push(list: Fault[], place: Place, message: string, words: Words): Fault | undefined {
    const fault: Fault = {
      ...(place.source === undefined ? {} : { file: place.source.shown }),
      ...(place.line === undefined ? {} : { line: place.line }),
      ...(place.column === undefined ? {} : { column: place.column }),
      ...(place.path === '' ? {} : { path: place.path }),
      message: message.length > 400 ? `${message.slice(0, 397)}...` : message,
      ...(words.expected === undefined ? {} : { expected: words.expected }),
      // A corrected line that fills a screen helps nobody.
      ...(words.fix === undefined || words.fix.length > 300 ? {} : { fix: words.fix }),
    }
    const key = [fault.file, fault.line, fault.column, fault.line === undefined ? fault.path : '', message].join('\n')
    if (this.#seen.has(key) || list.length >= MAX_FAULTS) return undefined
    this.#seen.add(key)
    list.push(fault)
    return fault
  }
}

function spotOf({ source, line, column, path }: Place): string {
  return line === undefined ? `${source?.shown ?? ''}\n${path}` : `${source?.shown ?? ''}\n${line}:${column}`
}

/** The corrected line: the value under its key, or as an item of a list. */
export function fixLine(node: Node, value: string): string {
  const [before, after] = (node.kind === 'scalar' ? node.around : undefined) ?? ['', '']
  const text = yamlText(before + value + after)
  return node.key === undefined
    ? text
    : `${/^[\w.$-]+( [\w/.-]+)*$/.test(node.key) ? node.key : JSON.stringify(node.key)}: ${text}`
}

/** Text as it may stand in YAML: quoted only where it must be. */
export function yamlText(value: string): string {
  const plain = /^[^\s"'#&*!|>%@`{}[\],?:-][^\n]*$/.test(value) && !/: |:$| #|\s$|[[\]{},]/.test(value)
  if (plain || /^(-\d|:\/)/.test(value)) return value
  return value.includes('"') && !/['\p{Cc}]/u.test(value) ? `'${value}'` : JSON.stringify(value)
}
