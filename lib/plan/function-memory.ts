/** The stack's functions, by the names of their files. */
export type FunctionName = 'plan' | 'generate' | 'watch' | 'merge' | 'aggregate' | 'announce' | 'api'

/**
 * MB of memory that each function is deployed with, and that it is billed for. 1,769 MB are one vCPU. Merge and
 * Aggregate hold a leg of 1,000 shards (bench/SIMULATION.md).
 */
export const FUNCTION_MEMORY_MB: { readonly [name in FunctionName]: number } = {
  plan: 1_769,
  generate: 1_769,
  watch: 1_024,
  merge: 1_769,
  aggregate: 3_008,
  announce: 256,
  api: 512,
}
