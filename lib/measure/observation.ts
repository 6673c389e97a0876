import { Histogram } from './histogram.ts'

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
  times: Histogram | undefined

  time(us: number): void {
    this.times ??= new Histogram()
    this.times.record(us)
  }

  add(other: Observation): void {
    this.count += other.count
    this.matched += other.matched
    this.missed += other.missed
    if (other.times !== undefined) {
      this.times ??= new Histogram()
      this.times.add(other.times)
    }
  }
}
