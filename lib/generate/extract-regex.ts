import { withInlineFlags } from '../scenario/inline-flags.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Extractor } from './extract.ts'
import { library } from './libraries.ts'

/** RE2 over the body as text, in time linear in its length: group 1 if the pattern has one, else the whole match. */
export function regexExtractor(pattern: string, flags: string): Extractor {
  const compiled = library('regex').RE2JS.compile(withInlineFlags(pattern, flags))
  const group = compiled.groupCount() > 0 ? 1 : 0
  return {
    first: answer => {
      const matcher = compiled.matcher(answer.text())
      while (matcher.find()) {
        const text: string | null = matcher.group(group)
        if (text !== null) return text
      }
      return undefined
    },
    all: answer => {
      const matches: JsonValue[] = []
      const matcher = compiled.matcher(answer.text())
      while (matcher.find()) {
        const text: string | null = matcher.group(group)
        if (text !== null) matches.push(text)
      }
      return matches
    },
  }
}

/** Whether the pattern matches anywhere in a text. */
export function regexTest(pattern: string, flags: string): (text: string) => boolean {
  const compiled = library('regex').RE2JS.compile(withInlineFlags(pattern, flags))
  return text => compiled.matcher(text).find()
}
