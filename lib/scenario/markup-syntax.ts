import { parse as parseSelector, type Selector } from 'css-what'
import xpath from 'xpath'
import type { GrammarError } from './grammar-error.ts'
import { nearestKey } from './nearest-key.ts'

/** The pseudo-classes that css-select 7 knows, those that need a browser left out. A test holds the list against it. */
export const pseudoClasses: readonly string[] =
  `any-link checked contains disabled empty enabled first-child first-of-type has header icontains input is lang
  last-child last-of-type link matches not nth-child nth-last-child nth-last-of-type nth-of-type only-child
  only-of-type optional parent read-only read-write required root scope selected where`.split(/\s+/)

/** What is wrong with a CSS selector, undefined where it is right. */
export function selectorError(selector: string): GrammarError | undefined {
  let parsed: Selector[][]
  try {
    parsed = parseSelector(selector)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read'
    return {
      message: `"${selector}" is not a CSS selector: ${lowerFirst(reason)}`,
      expected: 'css h1, css a.next @href',
    }
  }
  return pseudoError(parsed)
}

function pseudoError(groups: readonly (readonly Selector[])[]): GrammarError | undefined {
  for (const part of groups.flat()) {
    if (part.type === 'pseudo-element') {
      return { message: `::${part.name} is a pseudo-element, which has no text of its own`, expected: 'an element' }
    }
    if (part.type !== 'pseudo') continue
    if (!pseudoClasses.includes(part.name)) {
      const near = nearestKey(part.name, pseudoClasses)
      const expected = `one of ${pseudoClasses.map(name => `:${name}`).join(', ')}`
      return {
        message: `:${part.name} is not a pseudo-class that can be used here`,
        expected,
        ...(near === undefined ? {} : { fix: `:${near}` }),
      }
    }
    const inner = Array.isArray(part.data) ? pseudoError(part.data) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

/** The part of the xpath library that its own types leave out. */
export type XPathLibrary = { parse(path: string): CompiledXPath }
export type CompiledXPath = { evaluate(options: { node: unknown; allowAnyNamespaceForNoPrefix: boolean }): unknown }

const library = xpath as unknown as XPathLibrary

const xpathFunctions: readonly string[] =
  `last position count id local-name namespace-uri name string concat starts-with contains substring-before
  substring-after substring string-length normalize-space translate boolean not true false lang number sum floor ceiling
  round text comment node processing-instruction and or div mod`.split(/\s+/)

/** What is wrong with an XPath 1.0 expression, undefined where it is right. */
export function xpathError(path: string): GrammarError | undefined {
  try {
    library.parse(path)
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? `: ${lowerFirst(error.message)}` : ''
    return { message: `"${path}" is not an XPath${reason}`, expected: 'xml //item/id, xml //item/@id' }
  }
  const calls = path.replace(/"[^"]*"|'[^']*'/g, '').matchAll(/([\w.-]+)\s*\(/g)
  const unknown = [...calls].map(call => call[1] ?? '').find(name => !xpathFunctions.includes(name))
  if (unknown === undefined) return undefined
  const near = nearestKey(unknown, xpathFunctions)
  const fix = near === undefined ? {} : { fix: `${near}()` }
  return { message: `XPath 1.0 has no function ${unknown}()`, expected: 'a function of XPath 1.0', ...fix }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
