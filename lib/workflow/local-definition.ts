import type { StateMachineDefinition } from 'aws-local-stepfunctions'

/** The longest that a timer holds (2^31 - 1 ms, 24.8 days), in whole seconds. */
const longestTimeoutSeconds = 2_147_483

/**
 * The deployed definition as it is executed on this machine. Its Tasks' timeouts are those of a Lambda; a local leg lasts
 * the whole test, up to 24 hours, and `before:` may take its time. The interpreter would take 60 s where there is none.
 */
export function localDefinition(text: string): StateMachineDefinition {
  return JSON.parse(text, (key, value) => (key === 'TimeoutSeconds' ? longestTimeoutSeconds : value))
}
