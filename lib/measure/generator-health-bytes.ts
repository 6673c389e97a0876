import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { GeneratorHealth } from './generator-health.ts'
import { Histogram } from './histogram.ts'
import { addSparse, writeSparse } from './sparse-histogram.ts'

/** A generator's health as JSON; its lateness goes into the body. */
export type HealthHeader = Omit<GeneratorHealth, 'lateness'>

export function writeHealth(writer: ByteWriter, health: GeneratorHealth): HealthHeader {
  const { lateness, ...header } = health
  writeSparse(writer, lateness)
  return header
}

export function readHealth(reader: ByteReader, header: HealthHeader): GeneratorHealth {
  const lateness = new Histogram()
  addSparse(reader, lateness)
  return { ...header, lateness }
}
