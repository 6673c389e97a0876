import type { JsonValue } from '../scenario/json.ts'
import type { Extractor } from './extract.ts'
import { library } from './libraries.ts'

/** CSS selectors over the body as HTML: the attribute, or the element's text without the space around it. */
export function cssExtractor(selector: string, attribute: string | undefined): Extractor {
  const { compile, selectAll } = library('css')
  const { parseDocument, DomUtils } = library('html')
  const query = compile<Node, ElementNode>(selector)
  type Node = ReturnType<typeof parseDocument>['children'][number]
  type ElementNode = Extract<Node, { attribs: unknown }>
  const contentOf = (element: ElementNode): JsonValue | undefined => {
    if (attribute === undefined) return DomUtils.textContent(element).trim()
    return Object.hasOwn(element.attribs, attribute) ? element.attribs[attribute] : undefined
  }
  const all = (text: string): readonly JsonValue[] =>
    selectAll<Node, ElementNode>(query, html(text).children as Node[])
      .map(contentOf)
      .filter(value => value !== undefined)
  return { first: answer => all(answer.text())[0], all: answer => all(answer.text()) }
}

/**
 * XPath 1.0 over the body as XML; a name without a prefix matches in any namespace. Nothing outside the document is
 * read: xmldom resolves no entities but XML's own five.
 */
export function xmlExtractor(path: string): Extractor {
  const compiled = library('xpath').parse(path)
  const all = (text: string): readonly JsonValue[] => {
    const node = xml(text)
    if (node === undefined) return []
    try {
      return valuesOf(compiled.evaluate({ node, allowAnyNamespaceForNoPrefix: true }))
    } catch {
      // Types that do not fit at run time, such as the count of a text.
      return []
    }
  }
  return { first: answer => all(answer.text())[0], all: answer => all(answer.text()) }
}

/** The library's results: a node set, or a number, a boolean or a text in a field of its own. */
type XPathResult = {
  toArray?(): readonly { readonly textContent?: string | null; readonly nodeValue?: string | null }[]
  readonly num?: number
  readonly b?: boolean
  stringValue(): string
}

function valuesOf(result: unknown): readonly JsonValue[] {
  const value = result as XPathResult
  if (value.toArray !== undefined) return value.toArray().map(node => node.textContent ?? node.nodeValue ?? '')
  if (value.num !== undefined) return Number.isFinite(value.num) ? [value.num] : []
  return [value.b ?? value.stringValue()]
}

/** An answer's document is asked several times in a row, by one check after the other: the last one is kept. */
function lastOnly<Document>(parse: (text: string) => Document): (text: string) => Document {
  let last: { readonly text: string; readonly document: Document } | undefined
  return text => {
    if (last?.text !== text) last = { text, document: parse(text) }
    return last.document
  }
}

const html = lastOnly(text => library('html').parseDocument(text))

const xml = lastOnly(text => {
  const { DOMParser } = library('xml')
  try {
    return new DOMParser({ onError: stopAtFatal }).parseFromString(text, 'text/xml')
  } catch {
    return undefined
  }
})

/** Warnings and errors that the parser can go on from are not the test's business. */
function stopAtFatal(level: string, message: string): void {
  if (level === 'fatalError') throw new Error(message)
}
