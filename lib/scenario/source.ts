import { notParsed, type Parsed } from './grammar-error.ts'
import { jsonPathError } from './json-path-syntax.ts'
import { selectorError, xpathError } from './markup-syntax.ts'
import { nearestKey } from './nearest-key.ts'
import { readPattern } from './pattern.ts'

export { formatSource } from './format-source.ts'

/** Where in an answer a value comes from. Paths, selectors and patterns were compiled once when the scenario was read. */
export type Source =
  | { readonly kind: 'status' }
  | { readonly kind: 'time' }
  | { readonly kind: 'size' }
  | { readonly kind: 'body' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string }
  /** RFC 9535. */
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'css'; readonly selector: string; readonly attribute?: string }
  /** RE2 syntax; group 1 if it has one, else the whole match. */
  | { readonly kind: 'regex'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'xml'; readonly path: string }

/** `first` takes the first match, `all` the list of matches, `any` one of them, chosen by the iteration's seed. */
export type Pick = 'first' | 'all' | 'any'

/** Sources by their first word; true where something must follow it. */
const sourceWords: Readonly<Record<Source['kind'], boolean>> = {
  json: true,
  css: true,
  regex: true,
  xml: true,
  header: true,
  cookie: true,
  body: false,
  status: false,
  time: false,
  size: false,
}

const sourceForms =
  'json $.path, css SELECTOR [@attribute], regex /pattern/, xml PATH, header NAME, cookie NAME, body, status, time or size'

/** What other tools call it. */
const foreign: Readonly<Record<string, string>> = {
  jsonpath: 'json',
  jmespath: 'json',
  xpath: 'xml',
  selector: 'css',
  html: 'css',
  regexp: 'regex',
  re: 'regex',
  code: 'status',
  statuscode: 'status',
  latency: 'time',
  duration: 'time',
  'response-time': 'time',
  responsetime: 'time',
  length: 'size',
  text: 'body',
  headers: 'header',
  cookies: 'cookie',
}

/** The first word of a source and what follows it; the kind must be known. `offset` is where the rest begins. */
export function readSourceWord(
  text: string,
): Parsed<{ readonly kind: Source['kind']; readonly rest: string; readonly offset: number }> {
  const match = /^\s*(\S+)(\s+|$)/.exec(text)
  const word = match?.[1]
  if (match === null || word === undefined) {
    return notParsed({ message: 'it does not say where the value is', expected: sourceForms, offset: 0 })
  }
  const offset = match[0].length
  if (isSourceKind(word)) return { ok: true, value: { kind: word, rest: text.slice(offset), offset } }
  const rest = text.slice(offset).trim()
  const fix = correctedSource(word, rest)
  return notParsed({
    message: `"${word}" is not a part of an answer`,
    expected: sourceForms,
    ...(fix === undefined ? {} : { fix }),
    offset: text.indexOf(word),
  })
}

/** A source with its argument: `json $.items[0].id`. Paths, selectors and patterns are compiled, to find their faults. */
export function parseSource(text: string): Parsed<Source> {
  const word = readSourceWord(text)
  if (!word.ok) return word
  const { kind, rest, offset } = word.value
  const source = readSource(kind, rest.trim())
  return source.ok
    ? source
    : notParsed(...source.errors.map(error => ({ ...error, offset: offset + (error.offset ?? 0) })))
}

/** The source of a kind whose argument stands alone in `argument`, trimmed. */
export function readSource(kind: Source['kind'], argument: string): Parsed<Source> {
  if (argument === '' && sourceWords[kind]) {
    return notParsed({ message: `${kind} needs ${argumentForms[kind]}`, expected: sourceForms })
  }
  switch (kind) {
    case 'json':
      return orError(jsonPathError(argument), { kind, path: argument })
    case 'xml':
      return orError(xpathError(argument), { kind, path: argument })
    case 'css':
      return readSelector(argument)
    case 'regex': {
      const pattern = readPattern(argument)
      return pattern.ok ? { ok: true, value: { kind, ...pattern.value } } : pattern
    }
    case 'header':
    case 'cookie':
      return readName(kind, argument)
    default:
      if (argument === '') return { ok: true, value: { kind } }
      return notParsed({
        message: `${kind} is followed by "${shorten(argument)}"`,
        expected: `${kind} alone`,
        fix: kind,
      })
  }
}

const argumentForms: Readonly<Record<string, string>> = {
  json: 'a path, such as json $.items[0].id',
  css: 'a selector, such as css h1',
  regex: 'a pattern, such as regex /id=(\\d+)/',
  xml: 'a path, such as xml //id',
  header: 'a name, such as header content-type',
  cookie: 'a name, such as cookie session',
}

/** Characters of an HTTP token (RFC 9110, 5.6.2): header and cookie names. */
const httpToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function readName(kind: 'header' | 'cookie', text: string): Parsed<Source> {
  const bare = text.replace(/:$/, '').replace(/^(["'])(.*)\1$/, '$2')
  if (httpToken.test(text)) return { ok: true, value: { kind, name: kind === 'header' ? text.toLowerCase() : text } }
  const fix = httpToken.test(bare) ? { fix: `${kind} ${bare}` } : {}
  return notParsed({
    message: `"${shorten(text)}" is not a ${kind} name`,
    expected: argumentForms[kind] ?? kind,
    ...fix,
  })
}

function readSelector(text: string): Parsed<Source> {
  const match = /^(.*\S)\s+@([A-Za-z_:][\w:.-]*)$/s.exec(text)
  const selector = match?.[1] ?? text
  const attribute = match?.[2]
  const glued = match === null ? /^(.*[^\s@])@([A-Za-z_:][\w:.-]*)$/s.exec(text) : null
  if (glued !== null) {
    return notParsed({
      message: 'the attribute is glued to the selector',
      expected: 'a space before @attribute',
      fix: `css ${glued[1]} @${glued[2]}`,
    })
  }
  const error = selectorError(selector)
  return orError(error, { kind: 'css', selector, ...(attribute === undefined ? {} : { attribute }) })
}

function orError(error: { readonly message: string } | undefined, source: Source): Parsed<Source> {
  return error === undefined ? { ok: true, value: source } : notParsed(error)
}

function correctedSource(word: string, rest: string): string | undefined {
  const after = rest === '' ? '' : ` ${rest}`
  if (/^\$/.test(word)) return `json ${word}${after}`
  if (/^\/.*\/[a-z]*$/.test(word)) return `regex ${word}${after}`
  if (/^\/\//.test(word)) return `xml ${word}${after}`
  if (/^[1-5]\d\d$/.test(word)) return `status is ${word}${after}`
  const bare = word.toLowerCase().replace(/:$/, '')
  const known = Object.keys(sourceWords)
  const kind = known.find(name => name === bare) ?? (Object.hasOwn(foreign, bare) ? foreign[bare] : undefined)
  const near = kind ?? nearestKey(bare, known)
  return near === undefined ? undefined : `${near}${after}`
}

function isSourceKind(word: string): word is Source['kind'] {
  return Object.hasOwn(sourceWords, word)
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}
