import type { Pacing } from '../scenario/scenario.ts'

/**
 * How a generator waits for the next instant. Node's timers have a grain of 1 ms and run a little late, so that the last
 * millisecond or two before an instant are what makes it exact, and what costs CPU time.
 */
export type PacingMethod = {
  /** The loop sleeps in a timer while the next instant is further away than this, and turns without a pause below it. */
  readonly sleepAboveUs: number
  /**
   * A turn that found nothing to do blocks the thread for so long (`Atomics.wait`), where the next instant is at least
   * `blockAboveUs` away. No answer is seen in that time: with what the kernel needs to wake a thread, 60 to 70 us on Linux,
   * answers come at most about 0.1 ms late. 0 turns at once.
   */
  readonly blockMs: number
  readonly blockAboveUs: number
}

/**
 * - `precise` spins on `setImmediate`: starts are exact to some 10 us, and a core is used up while anything is due within
 *   2 ms.
 * - `default` spins, too, but lets go of the core in between: under half a core at 5,000 starts a second.
 * - `frugal` knows timers only: starts come in a bunch every 1 ms or so, for a fifth of a core.
 *
 * All of them sleep in the timer, which costs nothing and delays no answer, while nothing is due within 2 ms.
 */
export const PACINGS: Readonly<Record<Pacing, PacingMethod>> = {
  precise: { sleepAboveUs: 2000, blockMs: 0, blockAboveUs: 0 },
  default: { sleepAboveUs: 2000, blockMs: 0.02, blockAboveUs: 50 },
  frugal: { sleepAboveUs: 0, blockMs: 0, blockAboveUs: 0 },
}
