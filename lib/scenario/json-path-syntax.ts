import { compile } from 'json-p3'
import type { GrammarError } from './grammar-error.ts'

/** Names by dot or in brackets, and indices: what is walked without the JSONPath library. */
const segment = /\.([A-Za-z_]\w*)|\[(?:(0|[1-9]\d{0,8})|'([^'\\]*)'|"([^"\\]*)")\]/y

/**
 * The steps of a path that names at most one place by names and indices from the start: `$.a.b[0]['c d']`. Undefined for
 * every other path.
 */
export function plainJsonPath(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined
  const keys: (string | number)[] = []
  segment.lastIndex = 1
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path)
    if (match === null) return undefined
    const [, name, index, single, double] = match
    keys.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index))
  }
  return keys
}

/** What is wrong with a JSONPath (RFC 9535), undefined where it is right. */
export function jsonPathError(path: string): GrammarError | undefined {
  if (plainJsonPath(path) !== undefined) return undefined
  if (!path.startsWith('$')) {
    const fix = /^[.[]/.test(path) ? `json $${path}` : `json $.${path}`
    return { message: `"${path}" is not a JSONPath: it does not begin with $`, expected: 'json $.items[0].id', fix }
  }
  try {
    compile(path)
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read'
    const place = /\s*\((?:'[^']*':)?(\d+)\)\s*$/.exec(reason)
    const hyphen = /\.([A-Za-z_]\w*(?:-\w+)+)/.exec(path)?.[1]
    return {
      message: `"${path}" is not a JSONPath: ${reason.replace(/\s*\((?:'[^']*':)?\d+\)\s*$/, '')}`,
      expected: 'a path of RFC 9535, such as $.items[*].id',
      ...(hyphen === undefined ? {} : { fix: `json ${path.replace(`.${hyphen}`, `['${hyphen}']`)}` }),
      ...(place === null ? {} : { offset: Math.min(Number(place[1]), path.length) }),
    }
  }
}
