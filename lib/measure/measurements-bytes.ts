import { MISS_CAUSES } from './arrival-figures.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { addFigures, writeFigures } from './figures-bytes.ts'
import { addHealthIntervals, writeHealthIntervals } from './generator-health-intervals.ts'
import { addIntervals, writeIntervals } from './intervals-bytes.ts'
import type { Measurements } from './measurements.ts'
import { addSparse, addSparseOptional, writeSparse } from './sparse-histogram.ts'
import type { Windows } from './windows.ts'

/** Lengths of the plan's lists: measurements of another plan are told by them. */
export type PlanShape = readonly [phases: number, requests: number, flows: number, windows: number, intervalMs: number]

export function shapeOf(measurements: Measurements): PlanShape {
  const { plan, windows } = measurements
  return [plan.phases.length, plan.requestNames.length, plan.flowNames.length, windows.length, plan.intervalMs]
}

/** Throws where the bytes belong to another plan. */
export function expectShape(measurements: Measurements, shape: PlanShape): void {
  const own = shapeOf(measurements)
  if (own.some((length, i) => length !== shape[i])) {
    throw new Error(`measurements of another plan: ${shape.join(', ')} instead of ${own.join(', ')}`)
  }
}

export function writeMeasurements(writer: ByteWriter, measurements: Measurements): void {
  const { plan } = measurements
  writer.varint(measurements.interrupted)
  for (let phase = 0; phase < plan.phases.length; phase++) {
    writer.varint(measurements.lastEndUs(phase) + 1)
    writeCells(writer, plan.requestNames.length, request => {
      const figures = measurements.figures(phase, request)
      return figures && (() => writeFigures(writer, figures))
    })
    writeCells(writer, plan.flowNames.length, flow => {
      const figures = measurements.flowFigures(phase, flow)
      if (figures === undefined) return undefined
      return () => {
        writer.varint(figures.failures)
        writer.varint(figures.iterations)
        writeSparse(writer, figures.durations)
      }
    })
    const arrivals = measurements.arrivals(phase)
    writer.byte(arrivals === undefined ? 0 : 1)
    if (arrivals === undefined) continue
    writer.varint(arrivals.started)
    for (const cause of MISS_CAUSES) writer.varint(arrivals.missedBy[cause])
    writeSparse(writer, arrivals.lateness)
  }
  writeIntervals(writer, measurements.intervals)
  for (const windows of measurements.windows) writeWindows(writer, windows)
  writeHealthIntervals(writer, measurements.health)
  for (const { index } of plan.phases) writer.varint(measurements.arrivals(index)?.interrupted ?? 0)
  writeSparse(writer, measurements.interruptedTimes)
  writeInterruptedTimes(writer, measurements)
}

/** Adds the measurements to those that are there. */
export function addMeasurements(reader: ByteReader, measurements: Measurements): void {
  const { plan } = measurements
  measurements.interrupted += reader.varint()
  for (let phase = 0; phase < plan.phases.length; phase++) {
    measurements.ended(phase, reader.varint() - 1)
    readCells(reader, request => addFigures(reader, measurements.figuresOf(phase, request)))
    readCells(reader, flow => {
      const figures = measurements.flowFiguresOf(phase, flow)
      figures.failures += reader.varint()
      figures.iterations += reader.varint()
      addSparse(reader, figures.durations)
    })
    if (reader.byte() === 0) continue
    const arrivals = measurements.arrivalsOf(phase)
    arrivals.started += reader.varint()
    for (const cause of MISS_CAUSES) arrivals.missedBy[cause] += reader.varint()
    addSparse(reader, arrivals.lateness)
  }
  addIntervals(reader, measurements.intervals)
  for (const windows of measurements.windows) addWindows(reader, windows)
  // Artifacts of before it was measured end here.
  if (reader.at < reader.bytes.length) addHealthIntervals(reader, measurements.health)
  // Or here.
  if (reader.at < reader.bytes.length) addInterrupted(reader, measurements)
  if (reader.at === reader.bytes.length) return
  const all = addSparseOptional(reader, undefined)
  if (reader.at < reader.bytes.length) addInterruptedTimes(reader, measurements)
  else if (all !== undefined) measurements.unplacedInterruptedTimes.add(all)
}

/** By phase: iterations that were cut off. */
function addInterrupted(reader: ByteReader, measurements: Measurements): void {
  for (const { index } of measurements.plan.phases) {
    const interrupted = reader.varint()
    if (interrupted > 0) measurements.arrivalsOf(index).interrupted += interrupted
  }
}

/**
 * By phase and request, and those without. Most runs cut nothing off, and write nothing here. All of them together stand
 * before it, where readers that know of no places find them.
 */
function writeInterruptedTimes(writer: ByteWriter, measurements: Measurements): void {
  const { phases, requestNames } = measurements.plan
  const timesOf = (phase: number, request: number) => measurements.figures(phase, request)?.interruptedTimes
  const any = (phase: number) => requestNames.some((_, request) => timesOf(phase, request) !== undefined)
  if (!phases.some(({ index }) => any(index))) return
  writeCells(writer, phases.length, phase => {
    if (!any(phase)) return undefined
    return () =>
      writeCells(writer, requestNames.length, request => {
        const times = timesOf(phase, request)
        return times && (() => writeSparse(writer, times))
      })
  })
  writeSparse(writer, measurements.unplacedInterruptedTimes)
}

function addInterruptedTimes(reader: ByteReader, measurements: Measurements): void {
  readCells(reader, phase =>
    readCells(reader, request => {
      const figures = measurements.figuresOf(phase, request)
      figures.interruptedTimes = addSparseOptional(reader, figures.interruptedTimes)
    }),
  )
  addSparse(reader, measurements.unplacedInterruptedTimes)
}

/** Only the cells that hold something, each after its place + 1; 0 ends them. */
function writeCells(writer: ByteWriter, length: number, cell: (place: number) => (() => void) | undefined): void {
  for (let place = 0; place < length; place++) {
    const write = cell(place)
    if (write === undefined) continue
    writer.varint(place + 1)
    write()
  }
  writer.varint(0)
}

function readCells(reader: ByteReader, read: (place: number) => void): void {
  for (let place = reader.varint(); place > 0; place = reader.varint()) read(place - 1)
}

function writeWindows(writer: ByteWriter, windows: Windows): void {
  writeCells(writer, windows.list.length, index => {
    const window = windows.list[index]
    if (window === undefined) return undefined
    return () => {
      writer.varint(window.count)
      writer.varint(window.matched)
      writer.varint(window.missed)
      window.writeTimes(writer)
    }
  })
}

function addWindows(reader: ByteReader, windows: Windows): void {
  readCells(reader, index => {
    const window = windows.byIndex(index)
    window.count += reader.varint()
    window.matched += reader.varint()
    window.missed += reader.varint()
    window.addTimes(reader)
  })
}
