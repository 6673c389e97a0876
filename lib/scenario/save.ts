import { findAlternatives } from './bracket-scan.ts'
import { notParsed, type Parsed, shifted } from './grammar-error.ts'
import type { JsonValue } from './json.ts'
import { parseLiteral } from './literal.ts'
import { patternEnd } from './pattern.ts'
import { type Pick, parseSource, readSourceWord } from './source.ts'
import type { Save } from './step.ts'

/**
 * `[all|any] SOURCE [or VALUE]`: `token: json $.access_token`, `ids: all json $.items[*].id`,
 * `product: any json $.items[*].id or 0`.
 */
export function parseSave(name: string, text: string): Parsed<Save> {
  if (text.trim() === '') return notParsed({ message: 'the value to save is missing', expected: 'json $.id' })
  const match = /^\s*(all|any|first)\s+/.exec(text)
  const pick = pickOf(match?.[1])
  const from = match?.[0].length ?? 0
  const body = text.slice(from)
  const cut = cutFallback(body)
  if (!cut.ok) return notParsed(...shifted(cut.errors, from))
  const source = parseSource(cut.value.source)
  if (!source.ok) return notParsed(...shifted(source.errors, from))
  if (match !== null && pick !== 'first' && ['status', 'time', 'size', 'body'].includes(source.value.kind)) {
    const fix = `${text.slice(from).trim()}`
    return notParsed({ message: `an answer has one ${source.value.kind}`, expected: fix, fix, offset: 0 })
  }
  const fallback = cut.value.fallback === undefined ? {} : { fallback: cut.value.fallback.value }
  return { ok: true, value: { name, pick, source: source.value, ...fallback } }
}

function pickOf(word: string | undefined): Pick {
  return word === 'all' || word === 'any' ? word : 'first'
}

type Cut = { readonly source: string; readonly fallback?: { readonly value: JsonValue } }

/** The last ` or ` outside quotes, brackets and the slashes of a pattern begins the fallback. */
function cutFallback(text: string): Parsed<Cut> {
  const word = readSourceWord(text)
  const { kind, offset } = word.ok ? word.value : { kind: undefined, offset: 0 }
  const close = kind === 'regex' ? patternEnd(text.slice(offset)) : -1
  const from = close < 0 ? offset : offset + close
  const place = findAlternatives(text.slice(from)).at(-1)
  if (place === undefined) {
    const dangling = /\sor\s*$/.exec(text)
    if (dangling === null) return { ok: true, value: { source: text } }
    return notParsed({
      message: '"or" has no value after it',
      expected: 'or 0, or "none", or null',
      offset: dangling.index,
    })
  }
  const at = from + place
  const written = text.slice(at + ' or '.length).trim()
  const fallback = parseLiteral(written)
  if (fallback !== undefined) return { ok: true, value: { source: text.slice(0, at), fallback } }
  // `//a or //b` is XPath's own.
  if (kind === 'xml' && /^[/@.(]|\(/.test(written)) return { ok: true, value: { source: text } }
  const fix = /^[\w./:-]+$/.test(written) ? { fix: `${text.slice(0, at).trim()} or "${written}"` } : {}
  return notParsed({
    message: `"${written}" is not a value`,
    expected: 'a text in quotes, a number, true, false, null, [] or {}',
    ...fix,
    offset: at + ' or '.length,
  })
}
