import type { JsonValue } from '../scenario/json.ts'
import { plainJsonPath } from '../scenario/plain-json-path.ts'
import { follow } from './compile-plain.ts'
import type { Extractor } from './extract.ts'
import { library } from './libraries.ts'

/** JSONPath (RFC 9535) over the body. A path of names and indices is walked without the library. */
export function jsonExtractor(path: string): Extractor {
  const keys = plainJsonPath(path)
  if (keys !== undefined) {
    return {
      first: answer => follow(answer.json(), keys),
      all: answer => {
        const value = follow(answer.json(), keys)
        return value === undefined ? [] : [value]
      },
    }
  }
  const query = library('jsonPath').compile(path)
  const all = (value: JsonValue | undefined): readonly JsonValue[] => {
    if (value === undefined) return []
    try {
      return query.query(value as Parameters<typeof query.query>[0]).values() as readonly JsonValue[]
    } catch {
      // An answer nested deeper than the library goes has no match that could be used.
      return []
    }
  }
  return {
    first: answer => {
      const value = answer.json()
      if (value === undefined) return undefined
      try {
        return query.match(value as Parameters<typeof query.match>[0])?.value as JsonValue | undefined
      } catch {
        return undefined
      }
    },
    all: answer => all(answer.json()),
  }
}
