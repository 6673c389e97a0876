import { compile } from 'json-p3'
import type { GrammarError } from './grammar-error.ts'
import { plainJsonPath } from './plain-json-path.ts'

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
