import type { Plan } from '../plan/plan.ts'
import type { Measurements } from './measurements.ts'

/** The run as it stands, from the shards' latest snapshots. */
export type LiveFigures = {
  /** The earliest of the snapshots' instants, ms from the start of the load. */
  readonly atMs: number
  readonly shards: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  /** Over the last five seconds. */
  readonly ratePerSecond: number
  /** Response times since the start, to within 6.3 %; absent where not observed. */
  readonly p50Ms?: number
  readonly p95Ms?: number
  readonly p99Ms?: number
  readonly started: number
  readonly missed: number
  /** The most frequent kinds first, at most 20. */
  readonly errors: readonly (readonly [string, number])[]
}

/** One shard's live figures as bytes, at most 16 KB. */
export function encodeSnapshot(
  _measurements: Measurements,
  _plan: Plan,
  _atUs: number,
  _activeUsers: number,
  _shard: number,
): Uint8Array {
  throw new Error('not built yet')
}

export function mergeSnapshots(_snapshots: readonly Uint8Array[], _plan: Plan): LiveFigures {
  throw new Error('not built yet')
}
