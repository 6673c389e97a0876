import type { ScenarioInput } from './schema-scenario.ts'

/**
 * A scenario in TypeScript: gives back what it is given, with the types of the language on it, so that an editor completes keys and `tsc`
 * finds `timeout: '5min'`. The same object as a file's content; it is read, checked and resolved in the same way.
 */
export function scenario(input: ScenarioInput): ScenarioInput {
  return input
}

export type { ScenarioInput } from './schema-scenario.ts'
