import type { FaultList } from './fault-list.ts'
import { childPath, MAX_DEPTH, MAX_NODES, type Node, type ScalarNode } from './yaml-node.ts'

/** An object from code as nodes: the same language, with paths for places. What JSON cannot hold is a fault. */
export function readObject(value: unknown, faults: FaultList): Node | undefined {
  const state = { nodes: 0 }
  try {
    return convert(value, '', undefined, 0, state, faults)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return faults.add({ path: '' }, `the scenario object cannot be read: ${reason}`, {
      expected: 'plain maps, lists, texts and numbers',
    })
  }
}

function convert(
  value: unknown,
  path: string,
  key: string | undefined,
  depth: number,
  state: { nodes: number },
  faults: FaultList,
): Node {
  const named = key === undefined ? {} : { key }
  const empty: ScalarNode = { kind: 'scalar', place: { path }, ...named, value: null, text: 'null', cut: false }
  const broken: ScalarNode = { ...empty, broken: true }
  state.nodes += 1
  if (state.nodes > MAX_NODES) {
    if (state.nodes === MAX_NODES + 1)
      faults.add({ path }, `the scenario holds more than ${MAX_NODES} values`, { expected: 'fewer' })
    return broken
  }
  if (depth > MAX_DEPTH) {
    faults.settle({ path }, `the scenario nests deeper than ${MAX_DEPTH} levels`, {
      expected: `at most ${MAX_DEPTH} levels, and no circle`,
    })
    return broken
  }
  if (value === null) return empty
  if (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  ) {
    return { kind: 'scalar', place: { path }, ...named, value, text: String(value), cut: false }
  }
  if (Array.isArray(value)) {
    // Not `map`, which leaves out the holes of a sparse array.
    const items = Array.from(value, (item: unknown, index) =>
      convert(item, childPath(path, index), undefined, depth + 1, state, faults),
    )
    return { kind: 'list', place: { path }, ...named, items }
  }
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => {
        const child = childPath(path, name)
        return { key: name, place: { path: child }, value: convert(item, child, name, depth + 1, state, faults) }
      })
    return { kind: 'map', place: { path }, ...named, entries }
  }
  const found =
    typeof value === 'object'
      ? `a ${value.constructor?.name ?? 'object'}`
      : typeof value === 'number'
        ? String(value)
        : `a ${typeof value}`
  faults.settle({ path }, `the value is ${found}`, {
    expected:
      typeof value === 'function'
        ? 'text or a map: v1 has no callbacks'
        : 'text, a number, true, false, null, a list or a map',
  })
  return broken
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
