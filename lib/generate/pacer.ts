import type { Timers } from './timers.ts'

/** Fires a generator's timers at their instants, late where the event loop is, and never early. */
export interface Pacer {
  /** From now on; `nowUs` counts from the start of the load and is negative before it. */
  start(timers: Timers, nowUs: () => number): void
  stop(): void
  /** µs spent in turns of the event loop that found nothing due: waiting, not work. */
  readonly idleUs: number
}

/**
 * Sleeps with `setTimeout` while the next instant is more than `spinUs` away, and turns the event loop with `setImmediate`
 * for the rest. Node's timers have a grain of 1 ms and may run a little late, so that the last 1 to 2 ms are what makes
 * an instant exact. `spinUs` 0 sleeps only: it costs less of a core, and starts are about 0.5 ms late.
 */
export function createPacer(spinUs = 1500, events: () => number = () => 0): Pacer {
  let timers: Timers
  let nowUs: () => number
  let sleeping: NodeJS.Timeout | undefined
  let turning: NodeJS.Immediate | undefined
  let sleepsUntilUs = Number.POSITIVE_INFINITY
  let firing = false
  let stopped = true
  let idleUs = 0
  let turnedAtUs = Number.NaN
  let seenEvents = 0

  const turn = (): void => {
    turning = undefined
    sleeping = undefined
    sleepsUntilUs = Number.POSITIVE_INFINITY
    if (stopped) return
    let now = nowUs()
    const nothingDue = timers.nextUs > now
    const happened = events()
    if (nothingDue && happened === seenEvents && turnedAtUs <= now) idleUs += now - turnedAtUs
    seenEvents = happened
    firing = true
    try {
      for (;;) {
        const atUs = timers.nextUs
        const due = timers.popDue(now)
        if (due === undefined) {
          const later = nowUs()
          if (timers.nextUs > later) break
          now = later
          continue
        }
        due.due(atUs)
        if (stopped) return
      }
    } finally {
      firing = false
    }
    turnedAtUs = Number.NaN
    wait()
  }

  const wait = (): void => {
    const nextUs = timers.nextUs
    if (nextUs === Number.POSITIVE_INFINITY) return
    const now = nowUs()
    const restUs = nextUs - now
    if (restUs > spinUs) {
      sleepsUntilUs = nextUs
      // A timer of n ms fires up to 1 ms early by this clock; what is left then is spun or slept once more.
      sleeping = setTimeout(turn, Math.min(2 ** 30, Math.max(1, Math.floor((restUs - spinUs) / 1000))))
    } else {
      turnedAtUs = now
      sleepsUntilUs = nextUs
      turning = setImmediate(turn)
    }
  }

  const earlier = (): void => {
    if (firing || stopped || turning !== undefined || timers.nextUs >= sleepsUntilUs) return
    if (sleeping !== undefined) clearTimeout(sleeping)
    sleeping = undefined
    wait()
  }

  return {
    start(ofTimers, clock) {
      timers = ofTimers
      nowUs = clock
      stopped = false
      timers.onEarlier = earlier
      wait()
    },
    stop() {
      stopped = true
      if (sleeping !== undefined) clearTimeout(sleeping)
      if (turning !== undefined) clearImmediate(turning)
      sleeping = undefined
      turning = undefined
    },
    get idleUs() {
      return idleUs
    },
  }
}
