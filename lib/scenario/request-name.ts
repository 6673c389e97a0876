import type { Template } from './template.ts'

/**
 * The name of a request that has none: method and path as written, the query dropped, `{{ row.id }}` shown as `{row.id}`. URLs to another
 * host than the target's keep the host.
 *
 * @param origin the target's scheme, host and port
 */
export function requestName(method: string, url: Template, origin: string | undefined): string {
  let text = ''
  for (const part of url.parts) {
    if (typeof part !== 'string') text += `{${part.expression}}`
    else {
      const end = part.search(/[?#]/)
      text += end < 0 ? part : part.slice(0, end)
      if (end >= 0) break
    }
  }
  const absolute = /^(https?:\/\/[^/]*)(.*)$/i.exec(text)
  if (!absolute) return `${method} ${text === '' ? '/' : text}`
  const [, host = '', path = ''] = absolute
  const same = origin !== undefined && host.toLowerCase() === origin.toLowerCase()
  return `${method} ${same ? '' : host.replace(/^https?:\/\//i, '')}${path === '' ? '/' : path}`
}
