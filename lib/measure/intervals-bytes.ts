import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { Interval, Intervals } from './intervals.ts'
import { addSparse, writeSparse } from './sparse-histogram.ts'

/** Intervals in which nothing happened are skipped: each is preceded by its distance from the one before. */
export function writeIntervals(writer: ByteWriter, intervals: Intervals): void {
  writer.varint(intervals.list.filter(interval => interval !== undefined).length)
  let last = -1
  for (const [index, interval] of intervals.list.entries()) {
    if (interval === undefined) continue
    writer.varint(index - last - 1)
    last = index
    writeInterval(writer, interval)
  }
}

export function addIntervals(reader: ByteReader, intervals: Intervals): void {
  let index = -1
  for (let left = reader.varint(); left > 0; left--) {
    index += reader.varint() + 1
    addInterval(reader, intervals.byIndex(index))
  }
}

function writeInterval(writer: ByteWriter, interval: Interval): void {
  writer.varint(interval.count)
  writer.varint(interval.failures)
  writer.varint(interval.missed)
  writer.varint(interval.users)
  writeSparse(writer, interval.times)
  writer.varint(interval.byName.filter(name => name !== undefined).length)
  let last = -1
  for (const [request, name] of interval.byName.entries()) {
    if (name === undefined) continue
    writer.varint(request - last - 1)
    last = request
    writer.varint(name.count)
    writer.varint(name.failures)
    writer.varint(name.count - name.timed)
    writer.varint(name.sumUs)
    writer.varint(name.maxUs)
  }
}

function addInterval(reader: ByteReader, interval: Interval): void {
  interval.count += reader.varint()
  interval.failures += reader.varint()
  interval.missed += reader.varint()
  interval.users += reader.varint()
  addSparse(reader, interval.times)
  let request = -1
  for (let left = reader.varint(); left > 0; left--) {
    request += reader.varint() + 1
    const name = interval.name(request)
    const count = reader.varint()
    name.count += count
    name.failures += reader.varint()
    name.timed += count - reader.varint()
    name.sumUs += reader.varint()
    const maxUs = reader.varint()
    if (maxUs > name.maxUs) name.maxUs = maxUs
  }
}
