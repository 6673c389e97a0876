import type { Plan } from '../plan/plan.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { packContainer, unpackContainer } from './container.ts'
import type { GeneratorHealth } from './generator-health.ts'
import { type HealthHeader, readHealth, writeHealth } from './generator-health-bytes.ts'
import { Measurements } from './measurements.ts'
import { addMeasurements, expectShape, type PlanShape, shapeOf, writeMeasurements } from './measurements-bytes.ts'

/** A generator's artifact: what it measured and what it knows of itself. */
export type ShardResult = {
  readonly schema: 'squall.shard-result.v2'
  readonly runId: string
  readonly leg: number
  readonly shard: number
  readonly measurements: Measurements
  readonly health: GeneratorHealth
}

type Header = Omit<ShardResult, 'measurements' | 'health'> & {
  readonly health: HealthHeader
  readonly shape: PlanShape
  readonly texts: readonly string[]
}

/** The artifact's bytes: a container with histograms in sparse form. Equal results give equal bytes. */
export function encodeShardResult(result: ShardResult): Uint8Array {
  const { measurements, health, ...identity } = result
  const writer = new ByteWriter()
  const healthHeader = writeHealth(writer, health)
  writeMeasurements(writer, measurements)
  const header: Header = { ...identity, health: healthHeader, shape: shapeOf(measurements), texts: writer.texts }
  return packContainer(header, writer.finish())
}

/** Throws an Error that says what is wrong: truncated, corrupt, of another version, or of another run. */
export function decodeShardResult(bytes: Uint8Array, plan: Plan): ShardResult {
  const measurements = new Measurements(plan)
  const rest = addShardResult(bytes, measurements)
  return { ...rest, measurements }
}

/** Adds the artifact's measurements to those given, building nothing in between, and returns the rest of it. */
export function addShardResult(bytes: Uint8Array, into: Measurements): Omit<ShardResult, 'measurements'> {
  const { header, body } = unpackContainer<Header>(bytes, 'squall.shard-result.v2')
  const { schema, runId, leg, shard } = header
  if (runId !== into.plan.runId) throw new Error(`a result of run ${runId}, not of ${into.plan.runId}`)
  expectShape(into, header.shape)
  const reader = new ByteReader(body, header.texts)
  const health = readHealth(reader, header.health)
  addMeasurements(reader, into)
  return { schema, runId, leg, shard, health }
}
