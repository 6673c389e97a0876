import type { JsonValue } from '../scenario/json.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** The roots that all users share: `vars`, `env`, `secret`, and each name that `before:` saved. */
export function sharedValues(
  scenario: Scenario,
  secrets: Readonly<Record<string, string>>,
  before: Readonly<Record<string, JsonValue>>,
): ReadonlyMap<string, JsonValue> {
  return new Map<string, JsonValue>([
    ...Object.entries(before),
    ['vars', scenario.vars],
    ['env', scenario.env],
    ['secret', secrets],
  ])
}
