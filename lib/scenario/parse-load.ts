import { formatDuration } from './duration.ts'
import type { FaultList } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import { type LoadPhase, phaseDurationMs } from './load-phase.ts'
import { parsePhase } from './parse-phase.ts'
import { MAX_DURATION_MS } from './read-value.ts'
import { asList } from './section.ts'
import type { Node } from './yaml-node.ts'

/** Load phases in order; `iterations` only as the last, and names once. */
export function parseLoad(node: Node, vars: ReadonlyMap<string, JsonValue>, faults: FaultList): readonly LoadPhase[] {
  const hint =
    node.kind === 'map' ? 'a list of phases: put - before each' : 'a list of phases: [{ rate: 50/s, for: 1m }]'
  const items = asList(node, 'load', hint, faults)
  if (items === undefined) return []
  if (items.length === 0)
    faults.add(node.place, 'load has no phases', { expected: 'at least one: - { users: 10, for: 1m }' })
  const phases: LoadPhase[] = []
  const names = new Map<string, Node>()
  let usersBefore = 0
  for (const [index, item] of items.entries()) {
    const phase = parsePhase(item, { vars, faults, usersBefore, number: index + 1 })
    if (phase === undefined) continue
    if (phase.kind === 'iterations' && index < items.length - 1) {
      faults.add(item.place, 'a phase with iterations is not the last one', {
        expected: 'iterations at the end of the load: how long they take is not known before',
      })
    }
    if (names.has(phase.name))
      faults.add(item.place, `two load phases are called "${phase.name}"`, { expected: 'each name once' })
    names.set(phase.name, item)
    usersBefore = phase.kind === 'closed' ? phase.toUsers : 0
    phases.push(phase)
  }
  const totalMs = phases.reduce((sum, phase) => sum + phaseDurationMs(phase), 0)
  if (totalMs > MAX_DURATION_MS)
    faults.add(node.place, `the load lasts ${formatDuration(totalMs)}`, {
      expected: `at most ${formatDuration(MAX_DURATION_MS)}`,
    })
  if (phases.length > 0 && phases.every(phase => phase.kind === 'pause' || phase.warmup)) {
    faults.add(node.place, 'the load has no phase that is judged', {
      expected: 'a phase that is neither warm-up nor pause',
    })
  }
  return phases
}
