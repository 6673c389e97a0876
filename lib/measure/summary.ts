import type { Plan } from '../plan/plan.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { packContainer, unpackContainer } from './container.ts'
import type { GeneratorHealth } from './generator-health.ts'
import { type HealthHeader, readHealth, writeHealth } from './generator-health-bytes.ts'
import { Measurements } from './measurements.ts'
import { addMeasurements, expectShape, type PlanShape, shapeOf, writeMeasurements } from './measurements-bytes.ts'
import { addShardResult, type ShardResult } from './shard-result.ts'

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
  readonly schema: 'squall.summary.v2'
  readonly runId: string
  readonly measurements: Measurements
  /** One for each leg and shard that left a result, sorted by leg and shard. */
  readonly generators: readonly GeneratorHealth[]
  /** Sorted by leg and shard. */
  readonly lost: readonly LostShard[]
}

type Header = {
  readonly schema: 'squall.summary.v2'
  readonly runId: string
  readonly generators: readonly HealthHeader[]
  readonly lost: readonly LostShard[]
  readonly shape: PlanShape
  readonly texts: readonly string[]
}

/** A lost shard with the share of the run's load that it held: its leg's length over the load's, by its shard's part. */
export function lostShard(plan: Plan, leg: number, shard: number, cause: string): LostShard {
  const planned = plan.legs.find(candidate => candidate.number === leg)
  const lengthMs = planned === undefined ? plan.loadMs : planned.toMs - planned.fromMs
  const share = plan.loadMs > 0 ? lengthMs / plan.loadMs / plan.shardCount : 1 / plan.shardCount
  return { leg, shard, share: Math.min(1, share), cause }
}

/** Merges the results of one plan's shards, given as they are or as bytes, which is faster. */
export function mergeShardResults(
  plan: Plan,
  results: Iterable<ShardResult | Uint8Array>,
  lost: readonly LostShard[] = [],
): Summary {
  const merge = new SummaryMerge(plan)
  for (const result of results) merge.addShard(result)
  for (const one of lost) merge.addLost(one)
  return merge.summary()
}

/** Merges the summaries of one plan's legs, given as they are or as bytes. */
export function mergeSummaries(plan: Plan, summaries: Iterable<Summary | Uint8Array>): Summary {
  const merge = new SummaryMerge(plan)
  for (const summary of summaries) merge.addSummary(summary)
  return merge.summary()
}

/** Merges one result after another, so that there is never more of them in memory than one. */
export class SummaryMerge {
  readonly #measurements: Measurements
  readonly #generators: GeneratorHealth[] = []
  readonly #lost: LostShard[] = []

  constructor(plan: Plan) {
    this.#measurements = new Measurements(plan)
  }

  /** Throws for bytes that are truncated, corrupt, of another version or of another run; then nothing has been added. */
  addShard(result: ShardResult | Uint8Array): void {
    if (result instanceof Uint8Array) {
      this.#generators.push(addShardResult(result, this.#measurements).health)
      return
    }
    this.#measurements.add(result.measurements)
    this.#generators.push(result.health)
  }

  addLost(lost: LostShard): void {
    this.#lost.push(lost)
  }

  addSummary(summary: Summary | Uint8Array): void {
    const added = summary instanceof Uint8Array ? addSummary(summary, this.#measurements) : summary
    if (!(summary instanceof Uint8Array)) this.#measurements.add(summary.measurements)
    this.#generators.push(...added.generators)
    this.#lost.push(...added.lost)
  }

  summary(): Summary {
    return {
      schema: 'squall.summary.v2',
      runId: this.#measurements.plan.runId,
      measurements: this.#measurements,
      generators: this.#generators.toSorted(byPlace),
      lost: this.#lost.toSorted(byPlace),
    }
  }
}

export function encodeSummary(summary: Summary): Uint8Array {
  const { measurements, schema, runId, lost } = summary
  const writer = new ByteWriter()
  const generators = summary.generators.map(health => writeHealth(writer, health))
  writeMeasurements(writer, measurements)
  const header: Header = { schema, runId, generators, lost, shape: shapeOf(measurements), texts: writer.texts }
  return packContainer(header, writer.finish())
}

/** Throws an Error that says what is wrong: truncated, corrupt, of another version, or of another run. */
export function decodeSummary(bytes: Uint8Array, plan: Plan): Summary {
  return mergeSummaries(plan, [bytes])
}

function addSummary(bytes: Uint8Array, into: Measurements): Pick<Summary, 'generators' | 'lost'> {
  const { header, body } = unpackContainer<Header>(bytes, 'squall.summary.v2')
  if (header.runId !== into.plan.runId) throw new Error(`a summary of run ${header.runId}, not of ${into.plan.runId}`)
  expectShape(into, header.shape)
  const reader = new ByteReader(body, header.texts)
  const generators = header.generators.map(health => readHealth(reader, health))
  addMeasurements(reader, into)
  return { generators, lost: header.lost }
}

function byPlace(
  a: { readonly leg: number; readonly shard: number },
  b: { readonly leg: number; readonly shard: number },
): number {
  return a.leg - b.leg || a.shard - b.shard
}
