import type { FaultList } from './fault-list.ts'
import { nearestKey } from './nearest-key.ts'
import { environmentSchema } from './schema-scenario.ts'
import { asMap, Section } from './section.ts'
import { type Entry, entryOf, type MapNode, type Node, scalarNode } from './yaml-node.ts'

/**
 * The file with its environment over it: each key of the environment replaces the file's, `vars` and `http.headers` merge, and of `http`
 * each key replaces its own. All environments are looked at for unknown keys.
 */
export function withEnvironment(file: MapNode, environment: string | undefined, faults: FaultList): MapNode {
  const all = entryOf(file, 'environments')
  const map = all && asMap(all.value, 'environments', 'a map of names: staging: { target: ... }', faults)
  for (const entry of map?.entries ?? []) {
    const one = asMap(entry.value, `the environment ${entry.key}`, 'a map of what is different there', faults)
    if (one) new Section(one, environmentSchema, 'an environment', faults)
  }
  if (environment === undefined) return file
  const chosen = entryOf(map, environment)
  if (chosen === undefined) {
    const names = map?.entries.map(entry => entry.key) ?? []
    const near = nearestKey(environment, names)
    faults.add({ path: '--env' }, `--env ${environment}: the scenario has no such environment`, {
      expected: near ?? (names.length > 0 ? `one of ${names.join(', ')}` : 'an environment under "environments"'),
      fix: near === undefined ? undefined : `--env ${near}`,
    })
    return file
  }
  if (chosen.value.kind !== 'map') return file
  return overlay(file, chosen.value, { vars: {}, http: { headers: {} } })
}

type Merged = { readonly [key: string]: Merged }

/** Entries of `over` replace those of `under`; the maps named in `merged` are merged, and so on below. */
function overlay(under: MapNode, over: MapNode, merged: Merged, ignoreCase = false): MapNode {
  const same = (a: string, b: string) => (ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b)
  const kept = under.entries.filter(entry => !over.entries.some(other => same(entry.key, other.key)))
  const added = over.entries.map((entry): Entry => {
    const below = under.entries.find(other => same(entry.key, other.key))?.value
    const rule = merged[entry.key]
    if (rule === undefined || below?.kind !== 'map' || entry.value.kind !== 'map') return entry
    return { ...entry, value: overlay(below, entry.value, rule, entry.key === 'headers') }
  })
  return { ...under, entries: [...kept, ...added] }
}

/** A key of the root replaced by an option of the command line. */
export function withTarget(root: MapNode, target: string | undefined): MapNode {
  if (target === undefined) return root
  const value: Node = scalarNode(target, '--target')
  const entry: Entry = { key: 'target', place: { path: '--target' }, value }
  return { ...root, entries: [...root.entries.filter(other => other.key !== 'target'), entry] }
}
