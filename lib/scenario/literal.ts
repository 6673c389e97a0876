import type { GrammarError } from './grammar-error.ts'
import type { JsonValue } from './json.ts'

/**
 * A constant as it stands after `or` and in checks: text in single or double quotes, a number, true, false, null, or a
 * JSON list or map. Undefined where the text is none of them. The value is wrapped, since it may be null.
 */
export function parseLiteral(text: string): { readonly value: JsonValue } | undefined {
  const quoted = parseQuoted(text)
  if (quoted !== undefined) return { value: quoted }
  if (isNumeric(text)) return String(Number(text)) === text ? { value: Number(text) } : undefined
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  if (text === 'null') return { value: null }
  if (!/^[[{]/.test(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/**
 * Whether the text is digits. Where a text might be meant as well, only a number that is written back as it stands is one:
 * 01234, 1.10 and twenty digits are most likely codes, and belong in quotes.
 */
export function isNumeric(text: string): boolean {
  return /^-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.test(text)
}

/** What is wrong with digits that are no number; `fix` is the text in quotes. */
export function changedNumber(text: string): GrammarError {
  return {
    message: `the number ${text} would be read as ${Number(text)}`,
    expected: 'a number as it is written, or text in quotes',
    fix: `"${text}"`,
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** The inside of a text in single or double quotes; a backslash protects a quote or a backslash, and \n \t \r are read. */
export function parseQuoted(text: string): string | undefined {
  const match = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')$/s.exec(text)
  const inside = match?.[1] ?? match?.[2]
  return inside?.replace(/\\(.)/gs, (whole, character: string) => {
    if (character === '"' || character === "'" || character === '\\') return character
    return escapes[character] ?? whole
  })
}
