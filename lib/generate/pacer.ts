import { IdleForecast } from './idle-forecast.ts'
import { PACINGS, type PacingMethod } from './pacing.ts'
import type { Timers } from './timers.ts'

/** Fires a generator's timers at their instants, late where the event loop is, and never early. */
export interface Pacer {
  /** From now on; `nowUs` counts from the start of the load and is negative before it. */
  start(timers: Timers, nowUs: () => number): void
  stop(): void
  /** µs of CPU time spent in turns of the event loop that found nothing due, and between them: waiting, not work. */
  readonly idleUs: number
}

/** What a pacer has to know of the loop that it shares. */
export type LoopWork = {
  /** Counts what the loop has found to do: answers, starts. A turn in which it moved was no waiting. */
  readonly events: number
  /** Users under way; 0 while no answer can come. */
  readonly active: number
}

/** Further away than this, the next instant is left to a timer. */
const SLEEP_ABOVE_US = 2000
/** Starts that are due one after another give way to answers after so long, or a generator that is late would read none. */
const LONGEST_BURST_US = 1000
/** No block is longer, whatever the next instant is: the loop has more to do than answers. */
const LONGEST_BLOCK_US = 1000
/** A turn that finds nothing takes a few us, at times some ten; of a longer one the rest was another thread's time. */
const LONGEST_TURN_US = 100
/**
 * A turn of the loop takes 2 or 3 us and allocates some 600 bytes: turn after turn, those of a second are collected in 20
 * pauses of half a millisecond, which a hundredth of the starts meet. Between turns that find nothing, the clock alone is
 * looked at for so long; an answer waits for no longer.
 */
const SPIN_US = 10
/** About half a microsecond: a reading of the clock allocates, too. */
const READ_EVERY_ROUNDS = 500
/** Going to sleep and waking takes as much of the core as it would have spun away meanwhile. */
const SHORTEST_BLOCK_US = 30

const unknownWork: LoopWork = { events: 0, active: 1 }

export function createPacer(method: PacingMethod = PACINGS.default, work: LoopWork = unknownWork): Pacer {
  return new LoopPacer(method, work)
}

class LoopPacer implements Pacer {
  idleUs = 0
  private readonly method: PacingMethod
  private readonly work: LoopWork
  private timers: Timers | undefined
  private nowUs: () => number = () => 0
  private sleeping: NodeJS.Timeout | undefined
  /** Fires in a millisecond, set again and again: a new timer for each bunch of starts takes as long as one of them. */
  private ticker: NodeJS.Timeout | undefined
  private turning: NodeJS.Immediate | undefined
  private sleepsUntilUs = Number.POSITIVE_INFINITY
  private firing = false
  /** Nothing is fired before this: starts are being gathered. */
  private gatheringUntilUs = Number.NEGATIVE_INFINITY
  private turnedAtUs = Number.NaN
  /** When the latest instant had been fired. */
  private firedUs = Number.NaN
  private readonly forecast = new IdleForecast()
  private seenEvents = 0
  /** Nobody reads it: a loop whose result goes nowhere might be left out by the compiler. */
  private rounds = 0

  constructor(method: PacingMethod, work: LoopWork) {
    this.method = method
    this.work = work
  }

  start(timers: Timers, nowUs: () => number): void {
    this.timers = timers
    this.nowUs = nowUs
    timers.onEarlier = () => this.earlier()
    timers.onOverdue = () => this.overdue()
    timers.onIdle = now => this.idle(now)
    this.wait(timers, nowUs())
  }

  stop(): void {
    this.timers = undefined
    clearTimeout(this.sleeping)
    clearTimeout(this.ticker)
    clearImmediate(this.turning)
    this.sleeping = undefined
    this.ticker = undefined
    this.turning = undefined
  }

  /** A tick that something else came before is left to itself. */
  private readonly tick = (): void => {
    if (this.sleeping !== undefined && this.sleeping === this.ticker) this.turn()
  }

  private readonly turn = (): void => {
    this.turning = undefined
    this.sleeping = undefined
    this.sleepsUntilUs = Number.POSITIVE_INFINITY
    const { timers } = this
    if (timers === undefined) return
    let now = this.nowUs()
    const { events } = this.work
    const quiet = events === this.seenEvents
    this.seenEvents = events
    const nextUs = this.fireAtUs(timers)
    // All was taken back, as by a stop: whoever pushes something wakes the pacer.
    if (nextUs === Number.POSITIVE_INFINITY) return
    if (nextUs > now) {
      if (quiet && this.turnedAtUs <= now) this.idleUs += Math.min(now - this.turnedAtUs, LONGEST_TURN_US)
      if (this.block(nextUs - now, quiet)) now = this.nowUs()
      else if (quiet) now = this.spin(now, nextUs)
    }
    if (nextUs <= now) now = this.fire(timers, now)
    if (this.timers !== undefined) this.wait(timers, now)
  }

  /** When the next is to be fired: at its instant, or with what is being gathered. */
  private fireAtUs(timers: Timers): number {
    return Math.max(timers.nextUs, this.gatheringUntilUs)
  }

  /** Fires what is due, and gives the time when it was done. */
  private fire(timers: Timers, fromUs: number): number {
    let now = fromUs
    this.firing = true
    if (this.work.active > 0) this.forecast.busyAfter(fromUs - this.firedUs)
    try {
      for (;;) {
        const atUs = timers.nextUs
        const due = timers.popDue(now)
        if (due === undefined) {
          this.gatheringUntilUs = fromUs + this.method.gatherUs
          return now
        }
        due.due(atUs)
        now = this.firedUs = this.nowUs()
        if (now - fromUs > LONGEST_BURST_US || this.timers === undefined) return now
      }
    } finally {
      this.firing = false
    }
  }

  /** Blocks the thread for a while, where the method and the next instant leave room for it; whether it did. */
  private block(restUs: number, quiet: boolean): boolean {
    const { leadUs, busyBlockUs } = this.method
    const mostUs = this.work.active === 0 ? LONGEST_BLOCK_US : quiet ? busyBlockUs : 0
    const blockUs = Math.min(mostUs, restUs - leadUs)
    if (blockUs < SHORTEST_BLOCK_US) return false
    Atomics.wait(nothing, 0, 0, blockUs / 1000)
    return true
  }

  /** Passes some time without a turn of the loop; the time when it was over. */
  private spin(fromUs: number, nextUs: number): number {
    const untilUs = Math.min(nextUs, fromUs + SPIN_US)
    let now = fromUs
    while (now < untilUs) {
      for (let i = 0; i < READ_EVERY_ROUNDS; i++) this.rounds = (this.rounds + i) | 0
      now = this.nowUs()
    }
    this.idleUs += Math.min(now - fromUs, SPIN_US)
    return now
  }

  private wait(timers: Timers, nowUs: number): void {
    const nextUs = this.fireAtUs(timers)
    if (nextUs === Number.POSITIVE_INFINITY) return
    const restUs = nextUs - nowUs
    const ticks = this.work.active > 0 && this.leavesToLoop(nextUs, nowUs)
    this.sleepsUntilUs = nextUs
    // Until it says otherwise below, it sleeps, and no time passes in turns.
    this.turnedAtUs = Number.NaN
    if (restUs > SLEEP_ABOVE_US || (ticks && restUs > 0)) {
      // A timer of n ms fires up to 1 ms early by this clock; what is left then is slept or turned once more.
      const ms = Math.max(1, Math.floor((ticks ? restUs : restUs - SLEEP_ABOVE_US) / 1000))
      if (ms === 1 && ticks) this.sleeping = this.ticker = this.ticker?.refresh() ?? setTimeout(this.tick, 1)
      else this.sleeping = setTimeout(this.turn, Math.min(2 ** 30, ms))
      return
    }
    this.turnedAtUs = nowUs
    this.turning = setImmediate(this.turn)
  }

  /** Whether a timer of the loop passes what is left, although it may be late by a millisecond. */
  private leavesToLoop(nextUs: number, nowUs: number): boolean {
    const { busy } = this.method
    if (busy !== 'forecast') return busy === 'tick'
    const idleUs = this.firedUs + this.forecast.withinUs
    return !this.forecast.failed && nextUs - nowUs <= SLEEP_ABOVE_US && nowUs < idleUs && idleUs < nextUs
  }

  /** Something was pushed that is due before what the pacer waits for. */
  private earlier(): void {
    const { timers } = this
    if (timers === undefined || this.firing || this.turning !== undefined) return
    if (this.fireAtUs(timers) < this.sleepsUntilUs) this.wake(timers)
  }

  /** Somebody who had to look at the clock found the pacer asleep past an instant. */
  private overdue(): void {
    const { timers } = this
    if (timers === undefined || this.sleeping === undefined) return
    if (this.gatheringUntilUs <= this.nowUs()) this.wake(timers)
  }

  /** No answer is awaited any more: the thread may block, which is more exact than a timer. */
  private idle(nowUs: number): void {
    const { timers } = this
    if (timers === undefined || this.firing) return
    this.forecast.idleAfter(nowUs - this.firedUs)
    if (this.sleeping === undefined || this.method.busy === 'turn') return
    if (this.fireAtUs(timers) - nowUs < SLEEP_ABOVE_US) this.wake(timers)
  }

  private wake(timers: Timers): void {
    if (this.sleeping !== this.ticker) clearTimeout(this.sleeping)
    this.sleeping = undefined
    this.wait(timers, this.nowUs())
  }
}

/** Nobody ever wakes it: the wait ends by its time. */
const nothing = new Int32Array(new SharedArrayBuffer(4))
