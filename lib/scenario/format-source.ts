import type { Source } from './source.ts'

/** As it is written: the reverse of `parseSource`. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case 'json':
    case 'xml':
      return `${source.kind} ${source.path}`
    case 'css':
      return source.attribute === undefined ? `css ${source.selector}` : `css ${source.selector} @${source.attribute}`
    case 'regex':
      return `regex /${source.pattern}/${source.flags}`
    case 'header':
    case 'cookie':
      return `${source.kind} ${source.name}`
    default:
      return source.kind
  }
}
