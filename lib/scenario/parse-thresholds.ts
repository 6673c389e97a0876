import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import { nearestKey } from './nearest-key.ts'
import type { ReadContext } from './read-context.ts'
import { flowNames, requestNames } from './request-names.ts'
import type { Scenario } from './scenario.ts'
import { placeOfLine, textLines } from './text-lines.ts'
import { parseThreshold, type Threshold, type ThresholdScope } from './threshold.ts'
import { type Entry, kindOf, type Node, type Place, type ScalarNode } from './yaml-node.ts'

export type ReadThreshold = {
  readonly threshold: Threshold
  readonly node: ScalarNode
  readonly place: Place
  readonly key?: Entry
}

const expected = 'text such as p95 < 2s, or a map such as GET /me: p99 < 400ms'

/** `thresholds:` as a list, one text, `|` text or maps whose key is the scope. */
export function parseThresholds(node: Node | undefined, faults: FaultList): readonly ReadThreshold[] {
  if (node === undefined) return []
  const items = node.kind === 'list' ? node.items : [node]
  const read: ReadThreshold[] = []
  for (const item of items) {
    if (item.kind === 'map') {
      if (item.entries.length === 0) faults.add(item.place, 'a threshold is an empty map', { expected })
      for (const entry of item.entries) read.push(...scoped(entry, faults))
    } else read.push(...lines(item, undefined, faults))
  }
  const seen = new Set<string>()
  for (const { threshold, place } of read) {
    if (seen.has(threshold.text))
      faults.add(place, `the threshold "${threshold.text}" stands twice`, { expected: 'each threshold once' })
    seen.add(threshold.text)
  }
  if (node.kind === 'list' && items.length === 0)
    faults.warn(node.place, 'thresholds is empty: only errors < 1% is judged')
  return read
}

function scoped(entry: Entry, faults: FaultList): readonly ReadThreshold[] {
  if (entry.value.kind === 'map') {
    faults.add(entry.value.place, `the threshold of ${entry.key} is ${kindOf(entry.value)}`, {
      expected: `${entry.key}: p95 < 2s, or a list of them`,
    })
    return []
  }
  return lines(entry.value, entry, faults)
}

function lines(node: Node, key: Entry | undefined, faults: FaultList): readonly ReadThreshold[] {
  const reads = (text: string) => parseThreshold(text).ok
  return textLines(node, { what: 'a threshold', expected, reads }, faults).flatMap(line => {
    const parsed = parseThreshold(line.text, key?.key)
    const place = placeOfLine(line)
    if (parsed.ok) return [{ threshold: parsed.value, node: line.node, place, ...(key === undefined ? {} : { key }) }]
    // `p95: 2s` was meant as `p95 < 2s`: the key is no scope.
    const meant = key && [`${key.key} ${line.text}`, `${key.key} < ${line.text}`].find(reads)
    if (key && meant !== undefined)
      faults.add(key.place, `"${key.key}: ${line.text}" is not written as a threshold`, { expected, fix: meant })
    else faults.addGrammar(line.node, parsed.errors, line.offset)
    return []
  })
}

/** Faults for thresholds on requests, flows and phases that the scenario does not have. */
export function checkThresholdNames(read: readonly ReadThreshold[], scenario: Scenario, faults: FaultList): void {
  const known: Readonly<Record<Exclude<ThresholdScope['kind'], 'all'>, readonly string[]>> = {
    request: requestNames(scenario),
    flow: flowNames(scenario),
    phase: scenario.tracks.flatMap(track => track.phases.map(phase => phase.name)),
  }
  const unjudged = scenario.tracks.flatMap(({ phases }) =>
    phases.flatMap(phase => (phase.warmup || phase.kind === 'pause' ? [phase.name] : [])),
  )
  for (const { threshold, node, place, key } of read) {
    const { scope } = threshold
    if (scope.kind === 'all') continue
    const names = known[scope.kind]
    // A part of which nothing could be read has its own faults: what it would have named is not known.
    if (names.length === 0 && faults.failed) continue
    if (scope.kind === 'phase' && unjudged.includes(scope.name)) {
      faults.add(key?.place ?? place, `phase "${scope.name}" is a warm-up or a pause, which is never judged`, {
        expected: 'a threshold on a judged phase',
        fix: 'take warmup: true off the phase, or drop the threshold',
      })
      continue
    }
    if (names.includes(scope.name)) continue
    const near =
      nearestKey(scope.name, names) ?? names.find(name => name.toLowerCase().endsWith(scope.name.toLowerCase()))
    const what = scope.kind === 'request' ? 'request' : scope.kind
    const rest = threshold.text.startsWith(`${scope.name}: `) ? threshold.text.slice(scope.name.length + 2) : node.text
    const prefix = scope.kind === 'request' ? '' : `${scope.kind} `
    const fix =
      near === undefined
        ? undefined
        : key
          ? fixLine({ ...node, key: prefix + near }, node.text)
          : `${prefix}${near}: ${rest.replace(/^.*: /, '')}`
    faults.add(
      key?.place ?? place,
      `the threshold is on the ${what} "${scope.name}", which the scenario does not have`,
      {
        expected: near ?? (names.length > 0 ? `one of ${names.slice(0, 20).join(', ')}` : `a ${what} of the scenario`),
        fix,
      },
    )
  }
}

/**
 * `--users` and `--rate` put one phase in the place of the scenario's: thresholds on phases that are gone are left out,
 * and the warning says so. Otherwise a quick run of a scenario with such thresholds would be refused.
 */
export function withoutReplacedPhases(
  read: readonly ReadThreshold[],
  tracks: Scenario['tracks'],
  { overrides }: Pick<ReadContext, 'overrides'>,
  faults: FaultList,
): readonly ReadThreshold[] {
  const option = overrides?.users !== undefined ? '--users' : overrides?.rate !== undefined ? '--rate' : undefined
  if (option === undefined) return read
  const phases = tracks.flatMap(track => track.phases.map(({ name }) => name))
  return read.filter(({ threshold, node, key }) => {
    if (threshold.scope.kind !== 'phase' || phases.includes(threshold.scope.name)) return true
    faults.warn(key?.place ?? node.place, `"${threshold.text}" is not judged: ${option} replaces the scenario's phases`)
    return false
  })
}

/** The language adds a limit on errors where the scenario has no global one. */
export function withDefault(read: readonly ReadThreshold[]): readonly Threshold[] {
  const thresholds = read.map(({ threshold }) => threshold)
  if (thresholds.some(({ scope, subject }) => scope.kind === 'all' && subject.kind === 'errors')) return thresholds
  const added = parseThreshold('errors < 1%')
  return added.ok ? [...thresholds, { ...added.value, default: true }] : thresholds
}
