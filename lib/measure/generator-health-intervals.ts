import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** What a generator knew of itself in one interval. Absent figures are not known on its system. */
export type HealthSample = {
  /** Of one core, spent on work, 0 to 1. */
  readonly cpuShare?: number
  /** Of the time, spent ready to run while other threads had the cores, 0 to 1. */
  readonly waitShare?: number
  readonly loopLagMaxUs: number
  /** Spent in garbage collection, of which the longest pause. */
  readonly gcUs: number
  readonly gcMaxUs: number
  readonly connections: number
  /** Open in the generator's process. */
  readonly descriptors?: number
  /** Connections of the machine that hold a local port after their end (TIME_WAIT). */
  readonly portsWaiting?: number
  /** Scheduled starts that came more than 10 ms late. */
  readonly lateStarts: number
}

/**
 * The worst of an interval's samples, and after a merge of all generators'; late starts add up, and so do the generators'
 * connections. A share is kept in thousandths. -1: nobody knew.
 */
export class HealthInterval {
  cpu = -1
  wait = -1
  loopLagMaxUs = 0
  gcUs = 0
  gcMaxUs = 0
  connections = 0
  descriptors = -1
  portsWaiting = -1
  lateStarts = 0

  /** Of the same generator, in the same interval. */
  sample(sample: HealthSample): void {
    this.worst(
      sample.cpuShare === undefined ? -1 : Math.round(sample.cpuShare * 1000),
      sample.waitShare === undefined ? -1 : Math.round(sample.waitShare * 1000),
      Math.round(sample.loopLagMaxUs),
      Math.round(sample.gcMaxUs),
      sample.descriptors ?? -1,
      sample.portsWaiting ?? -1,
    )
    this.gcUs += Math.round(sample.gcUs)
    if (sample.connections > this.connections) this.connections = sample.connections
    this.lateStarts += sample.lateStarts
  }

  /** Of another generator. */
  add(other: HealthInterval): void {
    const { cpu, wait, loopLagMaxUs, gcMaxUs, descriptors, portsWaiting } = other
    this.worst(cpu, wait, loopLagMaxUs, gcMaxUs, descriptors, portsWaiting)
    if (other.gcUs > this.gcUs) this.gcUs = other.gcUs
    this.connections += other.connections
    this.lateStarts += other.lateStarts
  }

  private worst(cpu: number, wait: number, lagUs: number, gcUs: number, descriptors: number, ports: number): void {
    if (cpu > this.cpu) this.cpu = cpu
    if (wait > this.wait) this.wait = wait
    if (lagUs > this.loopLagMaxUs) this.loopLagMaxUs = lagUs
    if (gcUs > this.gcMaxUs) this.gcMaxUs = gcUs
    if (descriptors > this.descriptors) this.descriptors = descriptors
    if (ports > this.portsWaiting) this.portsWaiting = ports
  }
}

/** On the grid of the measurements' intervals; holes where no generator was there. */
export class HealthIntervals {
  readonly list: (HealthInterval | undefined)[] = []
  readonly intervalUs: number

  constructor(intervalMs: number) {
    this.intervalUs = intervalMs * 1000
  }

  /** `atUs`, from the start of the load, is the middle of the time that the sample is of. */
  sample(atUs: number, sample: HealthSample): void {
    this.byIndex(Math.max(0, Math.floor(atUs / this.intervalUs))).sample(sample)
  }

  add(other: HealthIntervals): void {
    for (const [index, interval] of other.list.entries()) {
      if (interval !== undefined) this.byIndex(index).add(interval)
    }
  }

  byIndex(index: number): HealthInterval {
    const known = this.list[index]
    if (known !== undefined) return known
    while (this.list.length <= index) this.list.push(undefined)
    const interval = new HealthInterval()
    this.list[index] = interval
    return interval
  }
}

/** About 15 bytes an interval; holes are skipped, each interval is preceded by its distance from the one before. */
export function writeHealthIntervals(writer: ByteWriter, intervals: HealthIntervals): void {
  writer.varint(intervals.list.filter(interval => interval !== undefined).length)
  let last = -1
  for (const [index, interval] of intervals.list.entries()) {
    if (interval === undefined) continue
    writer.varint(index - last - 1)
    last = index
    // Each one higher, so that "not known" is 0.
    writer.varint(interval.cpu + 1)
    writer.varint(interval.wait + 1)
    writer.varint(interval.loopLagMaxUs + 1)
    writer.varint(interval.gcUs + 1)
    writer.varint(interval.gcMaxUs + 1)
    writer.varint(interval.connections + 1)
    writer.varint(interval.descriptors + 1)
    writer.varint(interval.portsWaiting + 1)
    writer.varint(interval.lateStarts + 1)
  }
}

/** Adds them as those of other generators. */
export function addHealthIntervals(reader: ByteReader, intervals: HealthIntervals): void {
  let index = -1
  const other = new HealthInterval()
  for (let left = reader.varint(); left > 0; left--) {
    index += reader.varint() + 1
    // As they were written. A loop over their names takes five times as long, which a merge of a thousand results feels.
    other.cpu = reader.varint() - 1
    other.wait = reader.varint() - 1
    other.loopLagMaxUs = reader.varint() - 1
    other.gcUs = reader.varint() - 1
    other.gcMaxUs = reader.varint() - 1
    other.connections = reader.varint() - 1
    other.descriptors = reader.varint() - 1
    other.portsWaiting = reader.varint() - 1
    other.lateStarts = reader.varint() - 1
    intervals.byIndex(index).add(other)
  }
}
