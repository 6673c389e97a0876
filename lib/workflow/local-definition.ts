import type { StateMachineDefinition } from 'aws-local-stepfunctions'

/** The longest that a timer holds (2^31 - 1 ms, 24.8 days), in whole seconds. */
const longestTimeoutSeconds = 2_147_483
/** More than a machine has threads. */
const mostAtOnce = 10_000

/**
 * The deployed definition as it is executed on this machine. Its Tasks' timeouts are those of a Lambda; a local leg lasts
 * the whole test, up to 24 hours, and `before:` may take its time. The interpreter would take 60 s where there is none.
 * A Map that names no limit has none on AWS; the interpreter would take 40, and generators that wait for each other to
 * be ready would wait for ever. (The limit is not in the deployed file, because LocalStack starts so many threads.)
 */
export function localDefinition(text: string): StateMachineDefinition {
  return JSON.parse(text, (key, value) => {
    if (key === 'TimeoutSeconds') return longestTimeoutSeconds
    return isMap(value) ? { ...value, MaxConcurrency: mostAtOnce } : value
  })
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'Type' in value && value.Type === 'Map'
}
