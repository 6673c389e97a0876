/** A step up, where it took longer than thought. */
const UP = 1.1
/** Of the times that are measured, so many may be longer than what is foretold. */
const LONGER_SHARE = 0.02
/**
 * A step down, where it did not. A quantile's estimate stands still where steps up and down cancel out on average:
 * p ln UP = (1 - p) ln (1 / DOWN). Steps by a factor need no idea of the scale (Robbins and Monro 1951, on the logarithm).
 */
const DOWN = UP ** (-LONGER_SHARE / (1 - LONGER_SHARE))
/** Before anything was measured. Nobody waits in a timer for less than 1 ms, so that there is nothing to lose. */
const UNKNOWN_US = 1000
/** Below it the machine decides and not the target. */
const SHORTEST_US = 20

/**
 * How long after a start no answer is awaited any more: what all but one in two hundred of the late starts have kept to.
 * A pacer that may count on it can leave the thread to the event loop, which sees an answer at once and knows no times
 * below a millisecond, and block until the next instant afterwards.
 */
export class IdleForecast {
  /** µs */
  withinUs = UNKNOWN_US

  /** Nobody was waiting any more so long after the latest start. */
  idleAfter(us: number): void {
    this.withinUs = Math.max(SHORTEST_US, this.withinUs * (us > this.withinUs ? UP : DOWN))
  }

  /** The next start came so long after the latest, and somebody was still waiting: how much longer, nobody knows. */
  busyAfter(us: number): void {
    if (us >= this.withinUs) this.withinUs *= UP
  }
}
