import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { NameScope } from './name-scope.ts'
import { templateOf } from './read-template.ts'
import { readText } from './read-value.ts'
import { asMap } from './section.ts'
import type { Template } from './template.ts'
import type { Node } from './yaml-node.ts'

export type Header = readonly [string, Template]

/** RFC 9110 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\w-]+$/

const forbidden: ReadonlyMap<string, string> = new Map([
  ['content-length', 'Squall counts the bytes itself'],
  ['transfer-encoding', 'Squall frames the body itself'],
  ['connection', 'use http.keepAlive'],
  ['keep-alive', 'use http.keepAlive'],
  ['upgrade', 'only plain HTTP requests are sent'],
  ['expect', '100-continue is not sent'],
  ['te', 'trailers are not read'],
  ['trailer', 'trailers are not sent'],
])

/** Header fields with lower-cased names. A line break in a value would be a second field, and is refused (RFC 9110 5.5). */
export function parseHeaders(node: Node, scope: NameScope, faults: FaultList): readonly Header[] {
  const map = asMap(node, 'headers', 'a map of names and values: accept: application/json', faults)
  const headers = new Map<string, Template>()
  for (const entry of map?.entries ?? []) {
    const name = entry.key.toLowerCase()
    if (entry.key.length > 200) {
      faults.add(entry.place, `a header name has ${entry.key.length} characters`, { expected: 'at most 200' })
      continue
    }
    if (!token.test(entry.key)) {
      faults.add(entry.place, `the header name ${JSON.stringify(entry.key)} has a character that is not allowed`, {
        expected: 'letters, digits and -',
        fix:
          entry.key
            .trim()
            .replace(/[^!#$%&'*+.^_`|~\w-]+/g, '-')
            .replace(/^-+|-+$/g, '') || undefined,
      })
      continue
    }
    const why = forbidden.get(name)
    if (why !== undefined) {
      faults.add(entry.place, `the header ${name} cannot be set: ${why}`)
      continue
    }
    if (headers.has(name)) {
      faults.add(entry.place, `the header ${name} stands twice`, { expected: 'each header once; names ignore case' })
      continue
    }
    const value = readText(entry.value, faults, `the header ${name}`)
    if (value === undefined) continue
    if (/[\r\n\0]/.test(value.text)) {
      faults.add(value.place, `the value of the header ${name} has a line break`, {
        expected: 'one line',
        fix: fixLine(value, value.text.trim().replace(/\s*[\r\n\0]\s*/g, ' ')),
      })
      continue
    }
    const template = templateOf(value, scope, faults)
    if (template) headers.set(name, template)
  }
  return [...headers]
}

/** Later lists win over earlier ones. */
export function mergeHeaders(...lists: readonly (readonly Header[])[]): readonly Header[] {
  const merged = new Map<string, Template>()
  for (const [name, value] of lists.flat()) merged.set(name, value)
  return [...merged]
}
