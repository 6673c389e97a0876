import { type Check, parseCheck } from './check.ts'
import { readErrorKind } from './error-kinds.ts'
import type { FaultList } from './fault-list.ts'
import type { NameScope } from './name-scope.ts'
import { noteTemplate } from './read-template.ts'
import { readDuration, readInteger, readText } from './read-value.ts'
import { parseSave } from './save.ts'
import { retrySchema } from './schema-step.ts'
import { asList, asMap, Section } from './section.ts'
import type { Retry, Save } from './step.ts'
import { type LineGrammar, placeOfLine, textLines } from './text-lines.ts'
import type { Node } from './yaml-node.ts'

const checkLines: LineGrammar = {
  what: 'a check',
  expected: 'text such as `status is 200`',
  reads: text => parseCheck(text).ok,
}

/** `check:` as a list, one text, or `|` text with a check a line. */
export function parseChecks(node: Node, scope: NameScope, faults: FaultList): readonly Check[] {
  const checks: Check[] = []
  const texts = new Set<string>()
  for (const line of textLines(node, checkLines, faults)) {
    const parsed = parseCheck(line.text)
    if (!parsed.ok) {
      faults.addGrammar(line.node, parsed.errors, line.offset)
      continue
    }
    const { test, text } = parsed.value
    if (test.kind === 'compare' && typeof test.value === 'object' && test.value !== null)
      noteTemplate(line.node, test.value, scope)
    if (texts.has(text))
      faults.add(placeOfLine(line), `the check "${text}" stands twice`, { expected: 'each check once' })
    texts.add(text)
    checks.push(parsed.value)
  }
  return checks
}

/** `save:` names and sources. */
export function parseSaves(node: Node, scope: NameScope, faults: FaultList): readonly Save[] {
  const map = asMap(node, 'save', 'a map of names and sources: token: json $.access_token', faults)
  const saves: Save[] = []
  for (const entry of map?.entries ?? []) {
    const known = scope.save(entry.key, 'save', entry.place, faults)
    const text = readText(entry.value, faults, `"${entry.key}"`)
    if (text === undefined) continue
    const parsed = parseSave(entry.key, text.text)
    if (!parsed.ok) faults.addGrammar(text, parsed.errors)
    else if (known) saves.push(parsed.value)
  }
  return saves
}

/** `retry: { on: [429, 503, ECONNRESET], times: 3, wait: 1s }`. */
export function parseRetry(node: Node, faults: FaultList): Retry | undefined {
  const map = asMap(node, 'retry', '{ on: [429, 503], times: 3, wait: 1s }', faults)
  if (map === undefined) return undefined
  const section = new Section(map, retrySchema, 'retry', faults)
  const onNode = section.require('on', 'retry', 'on: [429, 503, ECONNRESET]')
  const items = onNode && (onNode.kind === 'scalar' ? [onNode] : asList(onNode, 'on', '[429, 503, ECONNRESET]', faults))
  const statuses: number[] = []
  const errors: string[] = []
  for (const item of items ?? []) {
    const text = readText(item, faults, 'on')?.text.trim()
    if (text === undefined) continue
    const family = /^([1-5])xx$/i.exec(text)
    if (family) statuses.push(...Array.from({ length: 100 }, (_, index) => Number(family[1]) * 100 + index))
    else if (/^\d+$/.test(text)) {
      if (/^[1-5]\d\d$/.test(text)) statuses.push(Number(text))
      else faults.add(item.place, `${text} is no status code`, { expected: '100 to 599, or 5xx' })
    } else {
      const kind = readErrorKind(text)
      if (kind.ok) errors.push(kind.value)
      else
        faults.add(item.place, `"${text}" is neither a status code nor an error kind`, {
          expected: kind.errors[0]?.expected,
          fix: kind.errors[0]?.fix,
        })
    }
  }
  if (items?.length === 0)
    faults.add(section.placeOf('on'), 'retry tries nothing again: "on" is empty', { expected: 'on: [429, 503]' })
  const timesNode = section.get('times')
  const times = timesNode && readInteger(timesNode, { from: 1, to: 100, what: 'times' }, faults)
  const waitNode = section.get('wait')
  const waitMs = waitNode && readDuration(waitNode, 'wait', faults, true)
  if (items === undefined || times === undefined || waitMs === undefined) return undefined
  return { statuses: [...new Set(statuses)], errors: [...new Set(errors)], times, waitMs }
}
