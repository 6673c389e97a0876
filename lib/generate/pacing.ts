import type { Pacing } from '../scenario/scenario.ts'

/**
 * How a generator waits for the next instant. Timers of the event loop have a grain of 1 ms and run a little late, so that
 * the last millisecond or two before an instant are what makes it exact, and what costs CPU time. All methods sleep in a
 * timer, which costs nothing and delays no answer, while nothing is due within 2 ms.
 */
export type PacingMethod = {
  /**
   * What passes the last 2 ms while answers are awaited: turns of the loop, or the loop's timer of 1 ms, which sees an answer
   * at once and an instant up to a millisecond late; `forecast` takes the timer where all users under way will be gone by the
   * instant, as far as the earlier ones tell, and turns otherwise: with users who think, always.
   */
  readonly busy: 'turn' | 'tick' | 'forecast'
  /**
   * A turn that found nothing to do blocks the thread for at most so long (`Atomics.wait`), and for what the kernel needs to
   * wake it, some 50 us more on a calm Linux (`sharpenWaits`): so much later may an answer be read. 0: the next turn follows
   * at once. While no answer is awaited nobody is kept waiting, and a block lasts until the instant. Of 5,000 even starts a
   * second, a block of 115 us after each leaves the least to spin away and still ends before the next (bench/PROFILE.md).
   */
  readonly busyBlockUs: number
  /** A block ends so long before the instant; where the kernel needs longer to wake the thread, the start is as much late. */
  readonly leadUs: number
  /** After starting what was due nothing is started for so long: what becomes due meanwhile is started together. */
  readonly gatherUs: number
}

/**
 * - `precise` spins, on `setImmediate` and for 10 us between turns on the clock: starts are exact to some 10 us, and a core
 *   is used up while anything is due within 2 ms.
 * - `default` turns, too, but lets go of the core in between: 0.3 to 0.5 of a core at 5,000 starts a second.
 * - `frugal` starts in small bunches, when a timer or an answer wakes it: 0.3 ms late on average, for a quarter of a core
 *   at as many. A program in C that wakes as often and sends as much takes more than half of that.
 */
export const PACINGS: Readonly<Record<Pacing, PacingMethod>> = {
  precise: { busy: 'turn', busyBlockUs: 0, leadUs: Number.POSITIVE_INFINITY, gatherUs: 0 },
  default: { busy: 'forecast', busyBlockUs: 115, leadUs: 20, gatherUs: 0 },
  frugal: { busy: 'tick', busyBlockUs: 0, leadUs: 0, gatherUs: 580 },
}
