/** A step up, where it took longer than thought. */
const UP = 1.1
/** Of the times that are measured, so many may be longer than what is foretold. */
const LONGER_SHARE = 0.02
/**
 * A step down, where it did not. A quantile's estimate stands still where steps up and down cancel out on average:
 * p ln UP = (1 - p) ln (1 / DOWN). Steps by a factor need no idea of the scale (Robbins and Monro 1951, on the logarithm).
 */
const DOWN = UP ** (-LONGER_SHARE / (1 - LONGER_SHARE))
/** Before anything was measured: nothing is foretold that is closer. */
const UNKNOWN_US = 1000
/** Below it the machine decides and not the target. */
const SHORTEST_US = 20

/**
 * How long after the latest start no user is under way any more, but for one time in fifty. A pacer that may count on it can
 * leave the thread to the event loop, which sees an answer at once and knows no times below a millisecond, and block until
 * the next instant afterwards. What it is told of a thread that blocks meanwhile is up to a block too long: where starts
 * follow one another as fast as that, nothing comes of it.
 */
export class IdleForecast {
  /** µs */
  withinUs = UNKNOWN_US
  /** Somebody is under way for longer than was foretold: until all are gone nobody knows when. */
  failed = false

  /** The last user under way was gone so long after the latest start. */
  idleAfter(us: number): void {
    this.failed = false
    this.withinUs = Math.max(SHORTEST_US, this.withinUs * (us > this.withinUs ? UP : DOWN))
  }

  /** The next start came so long after the latest, and somebody was still under way: for how much longer, nobody knows. */
  busyAfter(us: number): void {
    if (!(us >= this.withinUs)) return
    this.failed = true
    this.withinUs *= UP
  }
}
