import type { JsonTemplate, Template } from '../scenario/template.ts'

/** Whether a template has no holes: what it gives is the same every time and is built once. */
export function isStatic(template: Template): boolean {
  return template.parts.every(part => typeof part === 'string')
}

export function isStaticJson(json: JsonTemplate): boolean {
  switch (json.kind) {
    case 'literal':
      return true
    case 'template':
      return isStatic(json.template)
    case 'list':
      return json.items.every(isStaticJson)
    case 'map':
      return json.entries.every(([key, value]) => isStatic(key) && isStaticJson(value))
  }
}
