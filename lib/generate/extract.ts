import type { Random } from '../plan/random.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Pick, Source } from '../scenario/source.ts'
import type { Answer } from './answer.ts'
import { jsonExtractor } from './extract-json.ts'
import { cssExtractor, xmlExtractor } from './extract-markup.ts'
import { regexExtractor } from './extract-regex.ts'

/** Finds values in an answer. An answer that is not of the source's format has none. */
export interface Extractor {
  first(answer: Answer): JsonValue | undefined
  all(answer: Answer): readonly JsonValue[]
}

/**
 * A source as a closure: the first match, the list of all, or one of them by the iteration's sequence; undefined where
 * nothing matched. Paths, selectors and patterns are compiled here, once; `prepareLibraries` comes before.
 */
export function compileSource(
  source: Source,
  pick: Pick = 'first',
): (answer: Answer, random: Random) => JsonValue | undefined {
  const extractor = extractorOf(source)
  switch (pick) {
    case 'first':
      return answer => extractor.first(answer)
    case 'all':
      return answer => {
        const matches = extractor.all(answer)
        return matches.length === 0 ? undefined : matches
      }
    case 'any':
      return (answer, random) => {
        const matches = extractor.all(answer)
        return matches.length === 0 ? undefined : matches[random.integer(0, matches.length - 1)]
      }
  }
}

/** Whether the body must be kept to read the source. */
export function sourceNeedsBody({ kind }: Source): boolean {
  return kind === 'body' || kind === 'json' || kind === 'css' || kind === 'regex' || kind === 'xml'
}

function extractorOf(source: Source): Extractor {
  switch (source.kind) {
    case 'json':
      return jsonExtractor(source.path)
    case 'css':
      return cssExtractor(source.selector, source.attribute)
    case 'xml':
      return xmlExtractor(source.path)
    case 'regex':
      return regexExtractor(source.pattern, source.flags)
    case 'header': {
      const { name } = source
      return { first: answer => answer.header(name), all: answer => answer.headers(name) }
    }
    case 'cookie': {
      const { name } = source
      return single(answer => answer.cookie(name))
    }
    case 'body':
      return single(answer => answer.text())
    case 'status':
      return single(answer => answer.status)
    case 'time':
      return single(answer => answer.timeMs)
    case 'size':
      return single(answer => answer.sizeBytes)
  }
}

function single(read: (answer: Answer) => JsonValue | undefined): Extractor {
  return {
    first: read,
    all: answer => {
      const value = read(answer)
      return value === undefined ? [] : [value]
    },
  }
}
