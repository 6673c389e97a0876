import { Histogram } from './histogram.ts'

/** The iterations of one flow that were due in one phase. */
export class FlowFigures {
  iterations = 0
  failures = 0
  /** From the intended start to the end, think time included. */
  readonly durations = new Histogram()

  record(durationUs: number, failed: boolean): void {
    this.iterations++
    if (failed) this.failures++
    this.durations.record(durationUs)
  }

  add(other: FlowFigures): void {
    this.iterations += other.iterations
    this.failures += other.failures
    this.durations.add(other.durations)
  }
}
