import type { Scalar } from 'yaml'
import type { FaultList } from './fault-list.ts'
import { yamlText } from './fault-list.ts'
import { scalarLocator } from './scalar-locator.ts'
import type { SourceText } from './source-text.ts'
import type { Place, ScalarNode } from './yaml-node.ts'

/**
 * The value of a YAML scalar. A plain number that would not be written back as it stands (01234, +49, 1.10, 1e3, twenty
 * digits) was meant as text, and is refused rather than changed.
 */
export function readYamlScalar(
  node: Scalar.Parsed,
  key: string | undefined,
  from: SourceText,
  place: Place,
  faults: FaultList,
): ScalarNode {
  const source = from.text
  const [start, end] = node.range
  const plain = node.type === 'PLAIN' || node.type === undefined
  const cut = plain && node.value !== null && /^[ \t]+#/.test(source.slice(end, end + 200))
  let value = node.value as ScalarNode['value'] | bigint
  let text = typeof value === 'string' ? value : (node.source ?? '')
  if (typeof value === 'bigint' || (typeof value === 'number' && String(value) !== text)) {
    faults.suspect(place, `the number ${text} would be read as ${String(value)}`, {
      expected: 'a number as it is written, or text in quotes',
      fix: underKey(key, JSON.stringify(text)),
    })
    value = Number(value)
  }
  if (value === null) text = ''
  const broken = cut && typeof value === 'string' && leftOpen(value)
  if (broken) {
    const whole = source.slice(start, lineEnd(source, end)).trimEnd()
    faults.add(place, 'YAML cut this at #: what follows is a comment', {
      expected: 'the whole value in quotes',
      fix: underKey(key, singleQuoted(whole)),
    })
  }
  const at = typeof value === 'string' ? scalarLocator(node, value, from) : undefined
  return {
    kind: 'scalar',
    place,
    value,
    text,
    cut,
    ...(broken ? { broken } : {}),
    ...(key === undefined ? {} : { key }),
    ...(at === undefined ? {} : { at }),
  }
}

/** A quote, bracket or hole that was opened and not closed: the rest most likely stands behind the #. */
function leftOpen(text: string): boolean {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) return true
  if ((text.match(/(?:^|[\s=(,])'/g)?.length ?? 0) > (text.match(/'(?=$|[\s),])/g)?.length ?? 0)) return true
  if ((text.match(/\{\{/g)?.length ?? 0) > (text.match(/\}\}/g)?.length ?? 0)) return true
  return /(?:^|\s)(?:matches|regex)\s+\/(?:[^/\\]|\\.)*$/.test(text)
}

function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset)
  if (end < 0) return source.length
  return source[end - 1] === '\r' ? end - 1 : end
}

function singleQuoted(text: string): string {
  return text.includes("'") && !/["\\]/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "''")}'`
}

function underKey(key: string | undefined, value: string): string {
  return key === undefined ? value : `${yamlText(key)}: ${value}`
}
