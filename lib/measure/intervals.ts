import { Histogram } from './histogram.ts'
import { ONE_DIGIT } from './histogram-geometry.ts'
import type { RequestSample } from './request-sample.ts'

/** Requests of one name that ended in one interval. */
export type NameInterval = { count: number; failures: number; sumUs: number; maxUs: number; timed: number }

/** What ended in one interval: for plots over time, at one significant digit so that a day of them stays small. */
export class Interval {
  count = 0
  failures = 0
  /** Iterations that were due in the interval and never started. */
  missed = 0
  /** Most users at once; after a merge the sum of the shards' maxima. */
  users = 0
  /** Response times, all outcomes. */
  readonly times = new Histogram(ONE_DIGIT)
  /** By place in `plan.requestNames`; holes for names without requests. */
  readonly byName: (NameInterval | undefined)[] = []

  name(request: number): NameInterval {
    let name = this.byName[request]
    if (name === undefined) {
      while (this.byName.length <= request) this.byName.push(undefined)
      name = { count: 0, failures: 0, sumUs: 0, maxUs: 0, timed: 0 }
      this.byName[request] = name
    }
    return name
  }

  add(other: Interval): void {
    this.count += other.count
    this.failures += other.failures
    this.missed += other.missed
    this.users += other.users
    this.times.add(other.times)
    for (let request = 0; request < other.byName.length; request++) {
      const from = other.byName[request]
      if (from === undefined) continue
      const name = this.name(request)
      name.count += from.count
      name.failures += from.failures
      name.sumUs += from.sumUs
      name.timed += from.timed
      if (from.maxUs > name.maxUs) name.maxUs = from.maxUs
    }
  }
}

/** One grid from the start of the load. A request belongs to the interval in which it ended. */
export class Intervals {
  readonly list: (Interval | undefined)[] = []
  readonly intervalUs: number
  private lastUsersAt = -1
  private lastUsers = 0

  constructor(intervalMs: number) {
    this.intervalUs = intervalMs * 1000
  }

  record(sample: RequestSample): void {
    const interval = this.at(sample.endUs)
    const name = interval.name(sample.request)
    interval.count++
    name.count++
    if (sample.outcome === 'failure') {
      interval.failures++
      name.failures++
    }
    if (!sample.hasLatency) return
    const responseUs = Math.max(0, Math.round(sample.endUs - sample.intendedUs))
    interval.times.record(responseUs)
    name.sumUs += responseUs
    name.timed++
    if (responseUs > name.maxUs) name.maxUs = responseUs
  }

  missed(atUs: number, count: number): void {
    this.at(atUs).missed += count
  }

  /** The number of users from this instant on. Intervals without a report keep the last number. */
  users(atUs: number, active: number): void {
    const index = this.indexOf(atUs)
    for (let i = this.lastUsersAt + 1; i <= index; i++) {
      if (this.lastUsersAt >= 0 && this.lastUsers > 0) this.byIndex(i).users = this.lastUsers
    }
    const interval = this.byIndex(index)
    if (active > interval.users) interval.users = active
    if (index >= this.lastUsersAt) {
      this.lastUsersAt = index
      this.lastUsers = active
    }
  }

  add(other: Intervals): void {
    for (let i = 0; i < other.list.length; i++) {
      const from = other.list[i]
      if (from !== undefined) this.byIndex(i).add(from)
    }
  }

  byIndex(index: number): Interval {
    let interval = this.list[index]
    if (interval === undefined) {
      while (this.list.length <= index) this.list.push(undefined)
      interval = new Interval()
      this.list[index] = interval
    }
    return interval
  }

  private at(us: number): Interval {
    return this.byIndex(this.indexOf(us))
  }

  private indexOf(us: number): number {
    return Math.max(0, Math.floor(us / this.intervalUs))
  }
}
