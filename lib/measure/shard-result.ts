import type { Plan } from '../plan/plan.ts'
import type { GeneratorHealth } from './generator-health.ts'
import type { Measurements } from './measurements.ts'

/** A generator's artifact: what it measured and what it knows of itself. */
export type ShardResult = {
  readonly schema: 'squall.shard-result.v1'
  readonly runId: string
  readonly leg: number
  readonly shard: number
  readonly measurements: Measurements
  readonly health: GeneratorHealth
}

export function encodeShardResult(_result: ShardResult): Uint8Array {
  throw new Error('not built yet')
}

export function decodeShardResult(_bytes: Uint8Array, _plan: Plan): ShardResult {
  throw new Error('not built yet')
}
