import { Histogram } from './histogram.ts'

/**
 * Why an iteration that was due was never started: the generator was not ready in time, no user was free, the data rows
 * were used up, or the time of an `iterations:` phase was.
 */
export type MissCause = 'late' | 'maxUsers' | 'data' | 'time'

export const MISS_CAUSES: readonly MissCause[] = ['late', 'maxUsers', 'data', 'time']

/** Iterations of one phase: started, how much later than intended, cut off before their end, and missed. */
export class ArrivalFigures {
  started = 0
  /** Begun, and cut off by the end of the load or a stop: between two requests as well as in one. */
  interrupted = 0
  readonly missedBy: Record<MissCause, number> = { late: 0, maxUsers: 0, data: 0, time: 0 }
  /** Actual start less intended start. */
  readonly lateness = new Histogram()

  get missed(): number {
    const { late, maxUsers, data, time } = this.missedBy
    return late + maxUsers + data + time
  }

  add(other: ArrivalFigures): void {
    this.started += other.started
    this.interrupted += other.interrupted
    for (const cause of MISS_CAUSES) this.missedBy[cause] += other.missedBy[cause]
    this.lateness.add(other.lateness)
  }
}
