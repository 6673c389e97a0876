const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * Walks over text that may hold quoted strings and brackets, and stops at the first place outside all of them that
 * `stop` accepts. Inside quotes a backslash protects the next character.
 *
 * @returns the place, or -1 where the text ends first
 */
export function findOutside(text: string, from: number, stop: (at: number) => boolean): number {
  let awaited: string[] = []
  for (let at = from; at < text.length; at++) {
    if (awaited.length === 0 && stop(at)) return at
    const character = text.charAt(at)
    if (character === '"' || character === "'") {
      const end = endOfQuoted(text, at)
      if (end < 0) return -1
      at = end
    } else if (closing[character] !== undefined) {
      awaited.push(closing[character])
    } else if (awaited.includes(character)) {
      awaited = awaited.slice(0, awaited.lastIndexOf(character))
    }
  }
  return -1
}

/** Place of the quote that closes the one at `from`, or -1. */
function endOfQuoted(text: string, from: number): number {
  const quote = text.charAt(from)
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === quote) return at
  }
  return -1
}

/** The places of ` or ` outside quotes and brackets, in order. */
export function findAlternatives(text: string): readonly number[] {
  const places: number[] = []
  for (let at = 0; at >= 0; ) {
    at = findOutside(text, at, place => isOr(text, place))
    if (at < 0) break
    places.push(at)
    at += 4
  }
  return places
}

function isOr(text: string, at: number): boolean {
  return text.startsWith('or', at + 1) && /\s/.test(text.charAt(at)) && /\s/.test(text.charAt(at + 3))
}
