import type { JsonValue } from './json.ts'

/**
 * A constant as it stands after `or` and in checks: text in single or double quotes, a number, true, false, null, or a
 * JSON list or map. Undefined where the text is none of them. The value is wrapped, since it may be null.
 */
export function parseLiteral(text: string): { readonly value: JsonValue } | undefined {
  const quoted = parseQuoted(text)
  if (quoted !== undefined) return { value: quoted }
  if (/^-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? { value } : undefined
  }
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  if (text === 'null') return { value: null }
  if (!/^[[{]/.test(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
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
