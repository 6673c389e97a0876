import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { Figures } from './figures.ts'
import { addSparseOptional, writeSparse } from './sparse-histogram.ts'

/** Writes maps in the order of their keys, so that equal figures give equal bytes however they were merged. */
export function writeFigures(writer: ByteWriter, figures: Figures): void {
  for (const field of numbers) writer.varint(figures[field])
  writer.varint(figures.statuses.size)
  for (const status of [...figures.statuses.keys()].sort((a, b) => a - b)) {
    writer.varint(status)
    writer.varint(figures.statuses.get(status) ?? 0)
  }
  writer.varint(figures.errors.byKind.size)
  for (const kind of [...figures.errors.byKind.keys()].sort()) {
    const error = figures.errors.byKind.get(kind)
    if (error === undefined) continue
    writer.text(kind)
    writer.varint(error.count)
    writer.varint(error.firstUs)
    writer.varint(error.lastUs - error.firstUs)
    writer.text(error.sample)
  }
  writer.varint(figures.checks.size)
  for (const text of [...figures.checks.keys()].sort()) {
    writer.text(text)
    writer.varint(figures.checks.get(text)?.pass ?? 0)
    writer.varint(figures.checks.get(text)?.fail ?? 0)
  }
  for (const field of fullHistograms) writeSparse(writer, figures[field])
  for (const field of partHistograms) writeSparse(writer, figures[field])
}

export function addFigures(reader: ByteReader, figures: Figures): void {
  for (const field of numbers) figures[field] += reader.varint()
  for (let left = reader.varint(); left > 0; left--) {
    const status = reader.varint()
    figures.statuses.set(status, (figures.statuses.get(status) ?? 0) + reader.varint())
  }
  for (let left = reader.varint(); left > 0; left--) {
    const kind = reader.text()
    const count = reader.varint()
    const firstUs = reader.varint()
    const lastUs = firstUs + reader.varint()
    figures.errors.addCount({ kind, count, firstUs, lastUs, sample: reader.text() })
  }
  for (let left = reader.varint(); left > 0; left--) {
    const text = reader.text()
    const pass = reader.varint()
    figures.addCheck(text, pass, reader.varint())
  }
  for (const field of fullHistograms) figures[field] = addSparseOptional(reader, figures[field])
  for (const field of partHistograms) {
    figures[field] = addSparseOptional(reader, figures[field], figures.parts[field])
  }
}

const numbers = ['count', 'failures', 'retried', 'answered', 'generatorFaults', 'bytesSent', 'bytesReceived'] as const

const fullHistograms = ['success', 'failed', 'retriedTimes'] as const

const partHistograms = ['service', 'connect', 'tls', 'firstByte'] as const
