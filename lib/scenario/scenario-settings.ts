import type { FaultList } from './fault-list.ts'
import { readDuration, readString, readText } from './read-value.ts'
import { asMap } from './section.ts'
import { kindOf, type Node } from './yaml-node.ts'

const MAX_DRAIN_MS = 60_000

/** `squall: 1`: the version of the language. */
export function readVersion(node: Node | undefined, faults: FaultList): void {
  if (node === undefined || (node.kind === 'scalar' && node.value === 1)) return
  faults.add(node.place, `squall is ${kindOf(node)}`, {
    expected: '1, the version of the language',
    fix: 'squall: 1',
  })
}

/** The scenario's name as written, or by its file. */
export function readName(node: Node | undefined, file: string | undefined, faults: FaultList): string {
  const written = node && readString(node, faults, 'name')
  if (node && written && (/[\p{Cc}]/u.test(written) || written.length > 200))
    faults.add(node.place, 'the name is longer than 200 characters, or has a line break', {
      expected: 'a name on one line',
    })
  const byFile = file
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/(\.squall)?\.[^.]*$/, '')
  return written ?? (byFile === undefined || byFile === '' ? 'scenario' : byFile)
}

/** `labels:` for reports. */
export function readLabels(node: Node | undefined, faults: FaultList): Readonly<Record<string, string>> {
  const map = node && asMap(node, 'labels', 'a map of names and texts: { team: payments }', faults)
  const labels = (map?.entries ?? []).flatMap(entry => {
    const text = readText(entry.value, faults, `the label ${entry.key}`)
    return text ? [[entry.key, text.text] as const] : []
  })
  return Object.fromEntries(labels)
}

/** `drain:` in ms, at most 60 s; 30 s where it is not written. */
export function readDrain(node: Node | undefined, faults: FaultList): number {
  const ms = node && readDuration(node, 'drain', faults, true)
  if (node && ms !== undefined && ms > MAX_DRAIN_MS)
    faults.add(node.place, `drain is ${node.kind === 'scalar' ? node.text : ''}`, {
      expected: 'at most 60s',
      fix: 'drain: 60s',
    })
  return ms ?? 30_000
}
