import type { Pacing } from '../scenario/scenario.ts'

/**
 * How a generator waits for the next instant. Timers of the event loop have a grain of 1 ms and run a little late, so that
 * the last millisecond or two before an instant are what makes it exact, and what costs CPU time. All methods sleep in a
 * timer, which costs nothing and delays no answer, while nothing is due within 2 ms.
 */
export type PacingMethod = {
  /** What passes the last 2 ms while answers are awaited: turns of the loop, or the loop's timer of 1 ms. */
  readonly busy: 'turn' | 'tick'
  /**
   * A turn that found nothing to do, and has longer than this until the next instant, blocks the thread for so long
   * (`Atomics.wait`), and for what the kernel needs to wake it, some 60 us more on a calm Linux: so much later may an answer
   * be read, and by what the kernel needs may a start be late. 0: the next turn follows at once.
   */
  readonly busyBlockUs: number
  /** While no answer is awaited, nobody is kept waiting by a thread that blocks until so long before the instant. */
  readonly idleLeadUs: number
  /** Such a block takes at least so long, and what becomes due meanwhile is started together at its end. */
  readonly gatherUs: number
}

/**
 * - `precise` spins, on `setImmediate` and for 10 us between turns on the clock: starts are exact to some 10 us, and a core
 *   is used up while anything is due within 2 ms.
 * - `default` spins, too, but lets go of the core in between: under half a core at 5,000 starts a second.
 * - `frugal` starts in small bunches, when a timer or an answer wakes it: 0.3 ms late on average, for a quarter of a core
 *   at as many, of which a tenth of a core is what sending to a target costs that sleeps between requests.
 */
export const PACINGS: Readonly<Record<Pacing, PacingMethod>> = {
  precise: { busy: 'turn', busyBlockUs: 0, idleLeadUs: Number.POSITIVE_INFINITY, gatherUs: 0 },
  default: { busy: 'turn', busyBlockUs: 50, idleLeadUs: 100, gatherUs: 0 },
  frugal: { busy: 'tick', busyBlockUs: 0, idleLeadUs: 0, gatherUs: 400 },
}
