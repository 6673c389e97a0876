import type { Plan } from '../plan/plan.ts'
import type { GeneratorHealth } from './generator-health.ts'
import { Measurements } from './measurements.ts'
import type { ShardResult } from './shard-result.ts'

/** A shard of a leg that left no result. */
export type LostShard = {
  readonly leg: number
  readonly shard: number
  /** Of the run's planned load, 0 to 1. */
  readonly share: number
  readonly cause: string
}

/** All shard results of a leg or of the run, merged exactly. */
export type Summary = {
  readonly schema: 'squall.summary.v1'
  readonly runId: string
  readonly measurements: Measurements
  /** One for each leg and shard that left a result, sorted by leg and shard. */
  readonly generators: readonly GeneratorHealth[]
  readonly lost: readonly LostShard[]
}

/** A lost shard with the share of the run's load that it held: its leg's length over the load's, by its shard's part. */
export function lostShard(plan: Plan, leg: number, shard: number, cause: string): LostShard {
  const planned = plan.legs.find(candidate => candidate.number === leg)
  const lengthMs = planned === undefined ? plan.loadMs : planned.toMs - planned.fromMs
  const share = plan.loadMs > 0 ? lengthMs / plan.loadMs / plan.shardCount : 1 / plan.shardCount
  return { leg, shard, share: Math.min(1, share), cause }
}

/** Merges the results of one plan's shards. */
export function mergeShardResults(
  plan: Plan,
  results: Iterable<ShardResult>,
  lost: readonly LostShard[] = [],
): Summary {
  const measurements = new Measurements(plan)
  const generators: GeneratorHealth[] = []
  for (const result of results) {
    measurements.add(result.measurements)
    generators.push(result.health)
  }
  return { schema: 'squall.summary.v1', runId: plan.runId, measurements, generators: sorted(generators), lost }
}

/** Merges the summaries of one plan's legs. */
export function mergeSummaries(plan: Plan, summaries: Iterable<Summary>): Summary {
  const measurements = new Measurements(plan)
  const generators: GeneratorHealth[] = []
  const lost: LostShard[] = []
  for (const summary of summaries) {
    measurements.add(summary.measurements)
    generators.push(...summary.generators)
    lost.push(...summary.lost)
  }
  return { schema: 'squall.summary.v1', runId: plan.runId, measurements, generators: sorted(generators), lost }
}

function sorted(generators: GeneratorHealth[]): GeneratorHealth[] {
  return generators.sort((a, b) => a.leg - b.leg || a.shard - b.shard)
}

export function encodeSummary(_summary: Summary): Uint8Array {
  throw new Error('not built yet')
}

export function decodeSummary(_bytes: Uint8Array, _plan: Plan): Summary {
  throw new Error('not built yet')
}
