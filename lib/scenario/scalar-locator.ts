import { Scalar } from 'yaml'
import type { SourceText } from './source-text.ts'
import type { ScalarNode } from './yaml-node.ts'

/**
 * Where each character of a scalar's value stands in the file. However YAML folds lines, drops indentation and reads
 * escapes, it neither adds nor drops nor reorders a character that is no white space: the n-th of the value is the n-th of
 * the source.
 */
export function scalarLocator(node: Scalar.Parsed, value: string, source: SourceText): NonNullable<ScalarNode['at']> {
  let offsets: readonly number[] | undefined
  return offset => {
    offsets ??= inkOffsets(node, source.text)
    const before = inkCount(value.slice(0, offset))
    const here = offset < value.length && !isSpace(value.charAt(offset)) ? offsets[before] : undefined
    if (here !== undefined) return source.position(here)
    const last = offsets[before - 1]
    if (last === undefined) return source.position(contentStart(node, source.text))
    // Behind the last character of a plain value there is nothing to point at.
    const quoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE
    const past = quoted || value.slice(offset).trim() !== '' ? 1 : 0
    return source.position(last + past)
  }
}

/** The places of the characters that are no white space, one for each UTF-16 unit of the value. */
function inkOffsets(node: Scalar.Parsed, source: string): readonly number[] {
  const start = contentStart(node, source)
  const [, end] = node.range
  const offsets: number[] = []
  if (node.type === Scalar.QUOTE_DOUBLE) {
    const unit = /\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|\r?\n|.)|./gsy
    unit.lastIndex = start
    while (unit.lastIndex < end - 1) {
      const at = unit.lastIndex
      const match = unit.exec(source)
      if (match === null) break
      for (const char of escaped(match)) if (!isSpace(char)) offsets.push(at)
    }
    return offsets
  }
  const single = node.type === Scalar.QUOTE_SINGLE
  for (let at = start; at < (single ? end - 1 : end); at += 1) {
    const char = source.charAt(at)
    if (isSpace(char)) continue
    offsets.push(at)
    if (single && char === "'") at += 1
  }
  return offsets
}

/** The UTF-16 units that a unit of double-quoted text stands for. */
function escaped(match: RegExpExecArray): string[] {
  const [whole] = match
  const code = match[1] ?? match[2] ?? match[3]
  if (code !== undefined) {
    const point = Number.parseInt(code, 16)
    return point > 0x10ffff ? ['?'] : String.fromCodePoint(point).split('')
  }
  if (!whole.startsWith('\\')) return [whole]
  return /^\\[ntr \t\r\n]/.test(whole) ? [' '] : ['?']
}

function contentStart(node: Scalar.Parsed, source: string): number {
  const [start] = node.range
  if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) return start + 1
  if (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED) return start
  const header = source.indexOf('\n', start)
  return header < 0 ? source.length : header + 1
}

function inkCount(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; index += 1) if (!isSpace(text.charAt(index))) count += 1
  return count
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r'
}
