import { type FaultList, yamlText } from './fault-list.ts'
import { MAX_GRAMMAR_TEXT } from './read-value.ts'
import { kindOf, type Node, type Place, type ScalarNode } from './yaml-node.ts'

const MAX_ENTRIES = 1_000

/** One entry of a list, or one line of `|` text. */
export type TextLine = { readonly node: ScalarNode; readonly text: string; readonly offset: number }

export type LineGrammar = {
  /** "a check": how a fault calls a line. */
  readonly what: string
  readonly expected: string
  /** Whether a line would be read: of a map's key and value the fix is made that would. */
  readonly reads: (text: string) => boolean
}

/** A list of texts, one text, or text with an entry a line; empty lines and lines that begin with # are left out. */
export function textLines(node: Node, grammar: LineGrammar, faults: FaultList): readonly TextLine[] {
  if (node.kind === 'list') return node.items.flatMap(item => linesOf(item, grammar, faults))
  return linesOf(node, grammar, faults)
}

/** Where the line begins in the file. */
export function placeOfLine({ node, offset }: TextLine): Place {
  return { ...node.place, ...node.at?.(offset) }
}

function linesOf(node: Node, grammar: LineGrammar, faults: FaultList): readonly TextLine[] {
  const { what, expected } = grammar
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const [entry] = node.kind === 'map' ? node.entries : []
    faults.add(node.place, `${what} is ${kindOf(node)}`, {
      expected: entry === undefined ? expected : `${expected}; quote text that holds ": "`,
      fix: entry?.value.kind === 'scalar' ? meantLine(entry.key, entry.value.text, grammar) : undefined,
    })
    return []
  }
  const lines: TextLine[] = []
  let offset = 0
  for (const line of node.value.split('\n')) {
    const text = line.trim()
    if (lines.length >= MAX_ENTRIES || text.length > MAX_GRAMMAR_TEXT) {
      faults.add(node.place, `${what} is too long`, {
        expected: `at most ${MAX_ENTRIES} lines of ${MAX_GRAMMAR_TEXT} characters`,
      })
      return []
    }
    if (text !== '' && !text.startsWith('#')) lines.push({ node, text, offset: offset + line.indexOf(text) })
    offset += line.length + 1
  }
  if (lines.length === 0) faults.add(node.place, `${what} is empty`, { expected })
  return lines
}

/** `status: 200` was meant as `status is 200`, and `body contains a: b` as one text. */
function meantLine(key: string, value: string, { reads }: LineGrammar): string {
  const whole = `${key}: ${value}`
  const meant = [whole, `${key} ${value}`, `${key} is ${value}`].find(reads) ?? whole
  return yamlText(meant)
}
