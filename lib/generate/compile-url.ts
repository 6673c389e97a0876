import type { Hole, Template } from '../scenario/template.ts'
import { compileTemplate, TemplateError } from './compile-template.ts'
import {
  type BaseUrl,
  encodeComponent,
  encodeIllegal,
  type RequestTarget,
  resolveTarget,
  withQuery,
} from './request-url.ts'
import type { Scope } from './scope.ts'
import { isStatic } from './static-template.ts'

export type CompiledUrl = { readonly static: boolean; build(scope: Scope): RequestTarget }

/**
 * A step's URL and `query:`. What a hole gives is escaped for where it stands: behind a `?` everything but the
 * unreserved characters, in a path only what may not stand there, so that `/{{ row.path }}` can hold several segments.
 * A hole at the very beginning may give a whole URL.
 */
export function compileUrl(base: BaseUrl, url: Template, query: readonly (readonly [string, Template])[]): CompiledUrl {
  const pieces = urlPieces(url)
  const pairs = query.map(([name, value]) => [encodeComponent(name), compileTemplate(value)] as const)
  const build = (scope: Scope): RequestTarget => {
    let text = ''
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(scope)
    const target = resolve(base, text)
    if (pairs.length === 0) return target
    const rendered = pairs.map(([name, value]) => `${name}=${encodeComponent(value(scope))}`).join('&')
    return { origin: target.origin, path: withQuery(target.path, rendered) }
  }
  if (!isStatic(url) || !query.every(([, value]) => isStatic(value))) return { static: false, build }
  let once: RequestTarget | undefined
  return {
    static: true,
    build(scope) {
      once ??= build(scope)
      return once
    },
  }
}

function resolve(base: BaseUrl, text: string): RequestTarget {
  try {
    return resolveTarget(base, text)
  } catch {
    throw new TemplateError(`"${text}" is not a URL`)
  }
}

function urlPieces(url: Template): (string | ((scope: Scope) => string))[] {
  let inQuery = false
  return url.parts.map((part, place) => {
    if (typeof part === 'string') {
      inQuery ||= part.includes('?')
      return part
    }
    const text = compileTemplate(holeOf(part))
    if (place === 0) return text
    const encode = inQuery ? encodeComponent : encodeIllegal
    return (scope: Scope) => encode(text(scope))
  })
}

function holeOf(hole: Hole): Template {
  return { text: `{{ ${hole.expression} }}`, parts: [hole] }
}
