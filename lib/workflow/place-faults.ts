import { readFileSync } from 'node:fs'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { placedFaults } from '../scenario/written-place.ts'
import type { ScenarioSource } from './prepare-run.ts'

/** Faults of a scenario that was read from a file, with the places that are written there; code and addresses have none. */
export function placeFaults(
  faults: readonly Fault[],
  source: ScenarioSource,
  { target }: Pick<Scenario, 'target'>,
): readonly Fault[] {
  if (source.kind !== 'file') return faults
  const { path: file, options } = source
  const named = faults.map(fault => ({ file, ...fault }))
  if (faults.length === 0 || !/\.(ya?ml|json)$/i.test(file)) return named
  const { environment, overrides } = options
  return placedFaults(named, {
    file,
    text: textOf(file),
    target,
    ...(environment !== undefined && { environment }),
    ...(overrides !== undefined && { overrides }),
  })
}

/** It has been read a moment ago. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
