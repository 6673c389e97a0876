import { PACINGS, type PacingMethod } from './pacing.ts'
import type { Timers } from './timers.ts'

/** Fires a generator's timers at their instants, late where the event loop is, and never early. */
export interface Pacer {
  /** From now on; `nowUs` counts from the start of the load and is negative before it. */
  start(timers: Timers, nowUs: () => number): void
  stop(): void
  /** µs of CPU time spent in turns of the event loop that found nothing due: waiting, not work. */
  readonly idleUs: number
}

/** Starts that are due one after another give way to answers after so long, or a generator that is late would read none. */
const LONGEST_BURST_US = 1000

/**
 * The pacer of a method. `events` counts what the loop has found to do besides (answers, starts): a turn in which it
 * moved was no waiting, and is followed by the next one at once.
 */
export function createPacer(method: PacingMethod = PACINGS.default, events: () => number = () => 0): Pacer {
  return new LoopPacer(method, events)
}

class LoopPacer implements Pacer {
  idleUs = 0
  private readonly method: PacingMethod
  private readonly events: () => number
  private timers: Timers | undefined
  private nowUs: () => number = () => 0
  private sleeping: NodeJS.Timeout | undefined
  private turning: NodeJS.Immediate | undefined
  private sleepsUntilUs = Number.POSITIVE_INFINITY
  private firing = false
  private turnedAtUs = Number.NaN
  private seenEvents = 0

  constructor(method: PacingMethod, events: () => number) {
    this.method = method
    this.events = events
  }

  start(timers: Timers, nowUs: () => number): void {
    this.timers = timers
    this.nowUs = nowUs
    timers.onEarlier = () => this.earlier()
    this.wait(timers, nowUs())
  }

  stop(): void {
    this.timers = undefined
    if (this.sleeping !== undefined) clearTimeout(this.sleeping)
    if (this.turning !== undefined) clearImmediate(this.turning)
    this.sleeping = undefined
    this.turning = undefined
  }

  private readonly turn = (): void => {
    this.turning = undefined
    this.sleeping = undefined
    this.sleepsUntilUs = Number.POSITIVE_INFINITY
    const { timers } = this
    if (timers === undefined) return
    let now = this.nowUs()
    const happened = this.events()
    const quiet = happened === this.seenEvents
    this.seenEvents = happened
    if (timers.nextUs > now) {
      if (quiet && this.turnedAtUs <= now) this.idleUs += now - this.turnedAtUs
      if (quiet) now = this.blockThread(timers.nextUs - now, now)
    } else {
      now = this.fire(timers, now)
    }
    if (this.timers !== undefined) this.wait(timers, now)
  }

  /** Fires what is due, and gives the time when it was done. */
  private fire(timers: Timers, fromUs: number): number {
    let now = fromUs
    this.firing = true
    try {
      for (;;) {
        const atUs = timers.nextUs
        const due = timers.popDue(now)
        if (due === undefined) return now
        due.due(atUs)
        now = this.nowUs()
        if (now - fromUs > LONGEST_BURST_US || this.timers === undefined) return now
      }
    } finally {
      this.firing = false
    }
  }

  /** Waits without the loop for the method's quantum, if the next instant leaves room for it. */
  private blockThread(restUs: number, nowUs: number): number {
    const { blockMs, blockAboveUs } = this.method
    if (blockMs <= 0 || restUs < blockAboveUs) return nowUs
    Atomics.wait(nothing, 0, 0, blockMs)
    return this.nowUs()
  }

  private wait(timers: Timers, nowUs: number): void {
    const { nextUs } = timers
    if (nextUs === Number.POSITIVE_INFINITY) return
    const { sleepAboveUs } = this.method
    const restUs = nextUs - nowUs
    this.sleepsUntilUs = nextUs
    if (restUs > sleepAboveUs) {
      // A timer of n ms fires up to 1 ms early by this clock; what is left then is slept or spun once more.
      const ms = Math.max(1, Math.floor((restUs - sleepAboveUs) / 1000))
      this.sleeping = setTimeout(this.turn, Math.min(2 ** 30, ms))
      return
    }
    this.turnedAtUs = nowUs
    this.turning = setImmediate(this.turn)
  }

  /** Something was pushed that is due before what the pacer waits for. */
  private earlier(): void {
    const { timers } = this
    if (timers === undefined || this.firing || this.turning !== undefined) return
    if (timers.nextUs >= this.sleepsUntilUs) return
    if (this.sleeping !== undefined) clearTimeout(this.sleeping)
    this.sleeping = undefined
    this.wait(timers, this.nowUs())
  }
}

/** Nobody ever wakes it: the wait ends by its time. */
const nothing = new Int32Array(new SharedArrayBuffer(4))
