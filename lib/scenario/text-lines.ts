import type { FaultList } from './fault-list.ts'
import { MAX_GRAMMAR_TEXT } from './read-value.ts'
import { kindOf, type Node, plainValue, type ScalarNode } from './yaml-node.ts'

const MAX_ENTRIES = 1_000

/** One entry of a list, or one line of `|` text. */
export type TextLine = { readonly node: ScalarNode; readonly text: string; readonly offset: number }

/** A list of texts, one text, or text with an entry a line; empty lines and lines that begin with # are left out. */
export function textLines(node: Node, what: string, expected: string, faults: FaultList): readonly TextLine[] {
  if (node.kind === 'list') return node.items.flatMap(item => linesOf(item, what, expected, faults))
  return linesOf(node, what, expected, faults)
}

function linesOf(node: Node, what: string, expected: string, faults: FaultList): readonly TextLine[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const [entry] = node.kind === 'map' ? node.entries : []
    const whole = entry === undefined ? undefined : quotedLine(`${entry.key}: ${String(plainValue(entry.value))}`)
    faults.add(node.place, `${what} is ${kindOf(node)}`, {
      expected: entry === undefined ? expected : `${expected}; quote text that holds ": "`,
      fix: entry?.value.kind === 'scalar' ? whole : undefined,
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

function quotedLine(text: string): string {
  return text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
