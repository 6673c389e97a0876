import { RE2JS } from 're2js'
import { type GrammarError, notParsed, type Parsed } from './grammar-error.ts'
import { withInlineFlags } from './inline-flags.ts'

export type Pattern = { readonly pattern: string; readonly flags: string }

const knownFlags = 'ims'

/** `/pattern/flags`, and nothing after it. */
export function readPattern(text: string): Parsed<Pattern> {
  const end = patternEnd(text)
  if (end < 0) {
    const fix = text.startsWith('/') ? `${text}/` : `/${text}/`
    return notParsed({ message: `"${text}" is not a pattern between slashes`, expected: '/id=(\\d+)/', fix })
  }
  const flags = /^[A-Za-z]*/.exec(text.slice(end + 1))?.[0] ?? ''
  const rest = text.slice(end + 1 + flags.length)
  if (rest.trim() !== '') {
    const message = `the pattern is followed by "${rest.trim()}"`
    return notParsed({ message, expected: 'a slash inside a pattern is written \\/', offset: end + 1 + flags.length })
  }
  const pattern = text.slice(1, end).replaceAll('\\/', '/')
  const error = flagError(flags, end + 1) ?? patternError(pattern, flags)
  return error === undefined ? { ok: true, value: { pattern, flags } } : notParsed(error)
}

/** The place of the slash that ends the pattern which begins at 0, or -1. A slash in brackets need not be protected. */
export function patternEnd(text: string): number {
  if (!text.startsWith('/')) return -1
  let inClass = false
  for (let at = 1; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) return at
  }
  return -1
}

function flagError(flags: string, offset: number): GrammarError | undefined {
  const wrong = [...flags].find((flag, at) => !knownFlags.includes(flag) || flags.indexOf(flag) !== at)
  if (wrong === undefined) return undefined
  const known = [...new Set(flags)].filter(flag => knownFlags.includes(flag)).join('')
  const message = !knownFlags.includes(wrong) ? `"${wrong}" is not a flag` : `the flag "${wrong}" stands twice`
  return {
    message,
    expected: 'i (ignore case), m (^ and $ at lines) or s (. matches a line break)',
    fix: `/${known}`,
    offset,
  }
}

function patternError(pattern: string, flags: string): GrammarError | undefined {
  if (pattern === '') return { message: 'the pattern is empty, and matches everything', expected: '/id=(\\d+)/' }
  try {
    RE2JS.compile(withInlineFlags(pattern, flags))
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read'
    const hint = /\(\?[=!<]/.test(pattern) || /\\[1-9]/.test(pattern)
    return {
      message: `/${pattern}/ is not a pattern: ${reason}`,
      expected: hint ? 'RE2 syntax, which runs in linear time and has no lookaround or back-references' : 'RE2 syntax',
    }
  }
}
