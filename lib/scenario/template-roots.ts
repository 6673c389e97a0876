import type { JsonTemplate, Template } from './template.ts'

/** The first identifiers that any hole reads, each once, in order. */
export function templateRoots(template: Template | JsonTemplate): readonly string[] {
  return [...new Set(allRoots(template))]
}

function allRoots(template: Template | JsonTemplate): readonly string[] {
  if ('parts' in template) {
    return template.parts.flatMap(part =>
      typeof part === 'string' ? [] : [...part.roots, ...(part.alternatives ?? []).flatMap(next => next.roots)],
    )
  }
  switch (template.kind) {
    case 'literal':
      return []
    case 'template':
      return allRoots(template.template)
    case 'list':
      return template.items.flatMap(allRoots)
    case 'map':
      return template.entries.flatMap(([key, value]) => [...allRoots(key), ...allRoots(value)])
  }
}
