import { quote } from './quoted-hole.ts'

type SecondColon = {
  readonly message: string
  readonly expected: string
  readonly fix: string
  readonly offset: number
}

/** A key of a map between { }, in quotes or plain, with its colon. */
const keyOf = /^\s*(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\s,:[\]{}"'][^,:[\]{}\n]*)\s*:\s+/

/** The value of the map opened at `bracket` that holds a second ": " (`{ a: b: c }`), which ends the map for YAML; the line with it in quotes. */
export function secondColonInBraces(source: string, bracket: number): SecondColon | undefined {
  if (source[bracket] !== '{') return undefined
  for (let at = bracket + 1; at < source.length; at += 1) {
    const key = keyOf.exec(source.slice(at, at + 1000))
    if (key === null) return undefined
    at += key[0].length
    const newline = source.indexOf('\n', at)
    const lineEnd = newline < 0 ? source.length : newline
    const line = source.slice(at, lineEnd)
    const end = at + valueEnd(line)
    const value = source.slice(at, end)
    if (!/^[[{]/.test(value) && /: /.test(value.replace(/^"(?:\\.|[^"\\])*"$|^'(?:''|[^'])*'$/, ''))) {
      const start = source.lastIndexOf('\n', at) + 1
      return {
        message: 'there is a second ": " on this line, so that YAML sees a map inside a value',
        expected: 'the value in quotes',
        fix: `${source.slice(start, at)}${quote(value)}${source.slice(end, lineEnd)}`.trim(),
        offset: at,
      }
    }
    at = end + (/^\s*/.exec(source.slice(end, end + 1000))?.[0].length ?? 0)
    if (source[at] !== ',') return undefined
  }
  return undefined
}

/** Where a value in flow style that holds brackets ends: at the comma or bracket that is not its own. */
export function valueEnd(text: string): number {
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charAt(index)
    if (sign === '[' || sign === '{') depth += 1
    else if ((sign === ']' || sign === '}') && depth > 0) depth -= 1
    else if (depth === 0 && (sign === ']' || sign === '}' || /^,(\s|$)/.test(text.slice(index))))
      return text.slice(0, index).trimEnd().length
  }
  return text.trimEnd().length
}
