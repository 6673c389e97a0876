import type { Fault } from '../scenario/fault.ts'
import { dataShortfalls } from './data-rows.ts'
import { invocationFaults } from './generator-time.ts'
import type { Plan } from './plan.ts'

const MOST_NAMES = 1_000
const MOST_HOURS = 24

/** Why a plan must not run: what can be counted before the load and does not suit. Each ends in exit code 3. */
export function planFaults(plan: Plan): readonly Fault[] {
  const inTheCloud = plan.startAtMs !== undefined
  return [
    ...dataFaults(plan),
    ...nameFaults(plan),
    ...lengthFaults(plan),
    ...(inTheCloud ? invocationFaults(plan) : []),
  ]
}

function dataFaults(plan: Plan): readonly Fault[] {
  return dataShortfalls(plan).map(({ set, needed, rows }) => ({
    path: `data.${set}`,
    message: `data set ${set} has ${rows} row${rows === 1 ? '' : 's'}, and the load takes ${needed}`,
    expected: `at least ${needed} row${needed === 1 ? '' : 's'}`,
    ...(rows > 0 ? { fix: 'take: repeat, if a row may be used more than once' } : {}),
  }))
}

function nameFaults(plan: Plan): readonly Fault[] {
  const names = plan.requestNames.length
  if (names <= MOST_NAMES) return []
  return [
    {
      message: `the flows have ${names} request names, and at most ${MOST_NAMES} are kept`,
      fix: 'name: a request, to count several under one name',
    },
  ]
}

function lengthFaults(plan: Plan): readonly Fault[] {
  const found: Fault[] = []
  if (plan.loadMs > MOST_HOURS * 3_600_000) {
    found.push({
      path: 'load',
      message: `the load lasts ${(plan.loadMs / 3_600_000).toFixed(1)} h`,
      expected: `at most ${MOST_HOURS} h`,
    })
  }
  for (const phase of plan.phases) {
    const cut = plan.legs.some(
      leg =>
        leg.fromMs > 0 && leg.fromMs + plan.changeMs > phase.startMs && leg.fromMs < phase.startMs + phase.durationMs,
    )
    if (phase.kind !== 'iterations' || !cut) continue
    found.push({
      path: 'load',
      message: `phase ${phase.name} (${phase.text}) does not fit into one leg of the test`,
      expected: "a phase of iterations that ends within 12 minutes in the cloud, overlapping no other load's",
      fix: 'within: 10m',
    })
  }
  return found
}
