import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { Histogram } from './histogram.ts'
import { addSparse, addSparseOptional, writeSparse } from './sparse-histogram.ts'

/**
 * What a threshold is judged by, in its whole scope or in one window: `matched` of `count`, or the latencies. It holds
 * raw counts only, so that observations of shards add up exactly.
 *
 * | subject | count | matched |
 * |---|---|---|
 * | latency | values in `times` | - |
 * | errors, status, error kind | requests (flow scope: iterations) | those that failed, or match |
 * | checks | checks made | checks passed |
 * | throughput | requests | answers |
 * | requests, iterations | that number | that number |
 * | missed | iterations due | iterations missed |
 */
export class Observation {
  count = 0
  matched = 0
  /** Iterations that were due here and never started, whatever the subject. */
  missed = 0
  private open: Histogram | undefined
  private closed: Uint8Array | undefined

  /** Undefined where no latency was counted. Of a closed observation, a new histogram whenever it is asked for. */
  get times(): Histogram | undefined {
    return this.closed === undefined ? this.open : histogramOf(this.closed)
  }

  set times(times: Histogram | undefined) {
    this.open = times
    this.closed = undefined
  }

  time(us: number): void {
    this.reopen()
    this.open ??= new Histogram()
    this.open.record(us)
  }

  add(other: Observation): void {
    this.count += other.count
    this.matched += other.matched
    this.missed += other.missed
    const { times } = other
    if (times === undefined) return
    this.reopen()
    this.open ??= new Histogram()
    this.open.add(times)
  }

  /** Keeps the latencies as bytes, some 1 KB in place of 40, until something is added again. */
  close(): void {
    if (this.open === undefined) return
    const writer = new ByteWriter()
    writeSparse(writer, this.open)
    this.times = undefined
    this.closed = writer.finish()
  }

  writeTimes(writer: ByteWriter): void {
    if (this.closed === undefined) writeSparse(writer, this.open)
    else writer.append(this.closed)
  }

  addTimes(reader: ByteReader): void {
    this.reopen()
    this.open = addSparseOptional(reader, this.open)
  }

  private reopen(): void {
    if (this.closed !== undefined) this.times = histogramOf(this.closed)
  }
}

function histogramOf(bytes: Uint8Array): Histogram {
  const histogram = new Histogram()
  addSparse(new ByteReader(bytes), histogram)
  return histogram
}
