import type { FlowMix } from '../plan/flow-mix.ts'
import { eachIndex, type IterationShare, iterationShare } from '../plan/iterations.ts'
import type { PlannedPhase } from '../plan/plan.ts'
import { iterationSeed } from '../plan/seeds.ts'
import type { Generator, Source } from './generator.ts'
import { READY_GRACE_US } from './ready-grace.ts'
import type { Due } from './timers.ts'
import type { UserOwner, UserSlot } from './user-slot.ts'

/** An iteration that went through without ever waiting is followed by the next one after so long. */
const IDLE_PASS_US = 0

/**
 * An `iterations:` phase on one shard: its users start together and take one iteration after another, of their own or
 * of those they share, until none is left or the phase's time is over; what is left then is missed.
 */
export class IterationUsers implements Source, UserOwner, Due {
  readonly startIsApart = true
  private readonly generator: Generator
  private readonly phase: PlannedPhase
  private readonly mix: FlowMix
  private readonly share: IterationShare
  private readonly endUs: number
  /** Shared: the index of the next iteration. */
  private nextShared: number
  private begun = false
  /** The phase lies in one leg; in all others it has nothing to do. */
  private inLeg = false
  private started = 0
  private beginUs: number

  constructor(generator: Generator, phase: PlannedPhase, mix: FlowMix) {
    this.generator = generator
    this.phase = phase
    this.mix = mix
    this.share = iterationShare(generator.plan, phase, generator.shard)
    this.nextShared = this.share.first
    this.beginUs = phase.startMs * 1000
    this.endUs = (phase.startMs + phase.durationMs) * 1000
  }

  get exhausted(): boolean {
    return this.begun
  }

  begin(readyUs: number): void {
    const { plan, leg } = this.generator
    const { fromMs, toMs } = plan.legs[leg] ?? { fromMs: 0, toMs: plan.loadMs }
    const { startMs } = this.phase
    this.inLeg = startMs >= fromMs && (startMs < toMs || leg === plan.legs.length - 1)
    // What a late generator delays is not booked on the target: its iterations are all made, from when it is ready.
    if (readyUs > startMs * 1000 + READY_GRACE_US) this.beginUs = readyUs
    if (this.inLeg) this.generator.timers.push(this.beginUs, this)
    else this.begun = true
  }

  due(): void {
    const { generator, phase, share } = this
    this.begun = true
    for (const number of share.users) {
      const user = generator.createUser(phase.track)
      user.renew()
      user.number = number
      user.owner = this
      generator.enter(user)
      this.iterate(user, this.beginUs, true)
    }
  }

  iterationEnded(user: UserSlot, endUs: number): void {
    if (this.generator.halted) this.retire(user)
    else if (user.waited) this.iterate(user, endUs, false)
    else user.resumeOwner(endUs + IDLE_PASS_US)
  }

  resume(user: UserSlot): void {
    this.iterate(user, this.generator.nowUs(), false)
  }

  interrupted(user: UserSlot): void {
    this.retire(user)
  }

  /** Counts what the phase's end left undone; called once, when the shard is done. */
  finish(): void {
    const { share, generator } = this
    if (!this.inLeg) return
    const total = share.each
      ? share.users.length * share.count
      : Math.max(0, Math.ceil((share.count - share.first) / share.step))
    generator.missed(this.phase.index, Math.max(0, this.endUs - 1), 'time', total - this.started)
  }

  private iterate(user: UserSlot, intendedUs: number, scheduled: boolean): void {
    const { generator, phase } = this
    const index = intendedUs < this.endUs ? this.take(user) : -1
    if (index < 0) {
      this.retire(user)
      return
    }
    this.started++
    const rank = phase.rankOffset + index
    const program = generator.program(phase.track, this.mix.at(rank))
    const draw = { track: phase.track, phase: phase.index, rank, user: user.number, k: user.begun }
    if (!generator.rows.assign(user, program, draw)) {
      generator.missed(phase.index, intendedUs, 'data')
      user.resumeOwner(intendedUs)
      return
    }
    const seed = iterationSeed(generator.plan.seed, phase.index, index)
    const vu = user.number + 1
    generator.start(user, { program, phase: phase.index, intendedUs, seed, vu, iteration: rank }, scheduled)
  }

  /** The index of the user's next iteration; -1 where there is none left. */
  private take(user: UserSlot): number {
    const { share } = this
    if (share.each) {
      const k = user.taken++
      return k < share.count ? eachIndex(this.phase, user.number, k) : -1
    }
    const index = this.nextShared
    if (index >= share.count) return -1
    this.nextShared += share.step
    return index
  }

  private retire(user: UserSlot): void {
    user.dispatcher.reset()
    this.generator.leave(user)
  }
}
