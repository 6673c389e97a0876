import { type ArrivalCursor, arrivalCursor, linearRate } from '../plan/arrivals.ts'
import { cumulative, type LinearRate } from '../plan/cumulative-rate.ts'
import type { FlowMix } from '../plan/flow-mix.ts'
import { arrivalLegSpan } from '../plan/legs.ts'
import { loadPhase, shardPart } from '../plan/phase-lookup.ts'
import type { PlannedPhase } from '../plan/plan.ts'
import { iterationSeed } from '../plan/seeds.ts'
import type { Generator, Source } from './generator.ts'
import { READY_GRACE_US } from './ready-grace.ts'
import type { Due } from './timers.ts'
import type { UserOwner, UserSlot } from './user-slot.ts'

/**
 * One open phase on one shard: each arrival is a new user, without cookies and values. It takes an idle slot, whose
 * connection it uses again, or a new one up to the shard's part of `maxUsers`; what finds none is missed.
 */
export class OpenUsers implements Source, UserOwner, Due {
  readonly startIsApart = false
  private readonly generator: Generator
  private readonly phase: PlannedPhase
  private readonly mix: FlowMix
  private readonly arrivals: ArrivalCursor
  private readonly fresh: boolean
  private readonly most: number
  private readonly fromUs: number
  private readonly toUs: number
  /** Slots of the whole track: the next phase goes on with this one's connections. */
  private readonly idle: UserSlot[]
  private busy = 0
  /** Of a Poisson phase. */
  private readonly rate: LinearRate | undefined
  /** The last start, NaN where the one before this was missed: as planned, and as it was. */
  private lastPlannedUs = Number.NaN
  private lastStartUs = Number.NaN

  constructor(generator: Generator, phase: PlannedPhase, mix: FlowMix, idle: UserSlot[]) {
    const { plan, leg, shard } = generator
    const open = loadPhase(plan, phase)
    const { fromUs, toUs } = arrivalLegSpan(plan, leg, shard)
    this.generator = generator
    this.phase = phase
    this.mix = mix
    this.idle = idle
    this.rate = open.kind === 'open' && open.arrivals === 'poisson' ? linearRate(open) : undefined
    this.fresh = open.kind === 'open' && open.connections === 'fresh'
    this.most = Math.max(1, shardPart(phase.maxUsers, plan.shardCount, shard))
    this.fromUs = fromUs
    this.toUs = toUs
    this.arrivals = arrivalCursor(plan, phase, shard, fromUs)
  }

  get exhausted(): boolean {
    return this.arrivals.index < 0 || this.arrivals.atUs >= this.toUs
  }

  begin(readyUs: number): void {
    const { arrivals, generator } = this
    if (readyUs > this.fromUs + READY_GRACE_US) {
      while (!this.exhausted && arrivals.atUs < readyUs) {
        generator.missed(this.phase.index, arrivals.atUs, 'late')
        arrivals.advance()
      }
    }
    this.wait()
  }

  due(): void {
    const { index, atUs } = this.arrivals
    this.arrivals.advance()
    this.wait()
    this.arrive(index, atUs)
  }

  iterationEnded(user: UserSlot): void {
    this.release(user)
  }

  interrupted(user: UserSlot): void {
    this.release(user)
  }

  resume(): void {}

  private wait(): void {
    if (!this.exhausted && !this.generator.halted) this.generator.timers.push(this.arrivals.atUs, this)
  }

  private arrive(index: number, atUs: number): void {
    const { generator, phase } = this
    const { plan } = generator
    if (this.busy >= this.most) {
      this.lastPlannedUs = Number.NaN
      generator.missed(phase.index, atUs, 'maxUsers')
      return
    }
    const rank = phase.rankOffset + index
    const program = generator.program(phase.track, this.mix.at(rank))
    const user = this.idle.pop() ?? generator.createUser(phase.track)
    user.renew()
    if (!generator.rows.assign(user, program, { track: phase.track, phase: phase.index, rank })) {
      this.idle.push(user)
      generator.missed(phase.index, atUs, 'data')
      return
    }
    if (this.fresh) user.dispatcher.reset()
    user.owner = this
    this.busy++
    generator.enter(user)
    const seed = iterationSeed(plan.seed, phase.index, index)
    const iteration = { program, phase: phase.index, intendedUs: atUs, seed, vu: rank + 1, iteration: rank }
    const startUs = generator.start(user, iteration, true)
    if (phase.judged) this.follow(atUs, startUs)
  }

  /** Takes down how this start followed the one before it. */
  private follow(plannedUs: number, startUs: number): void {
    const { lastPlannedUs, lastStartUs, rate } = this
    this.lastPlannedUs = plannedUs
    this.lastStartUs = startUs
    if (Number.isNaN(lastPlannedUs)) return
    const expected =
      rate === undefined ? undefined : this.expectedBefore(rate, startUs) - this.expectedBefore(rate, lastStartUs)
    const { gaps, plan } = this.generator
    gaps.record(plannedUs - lastPlannedUs, startUs - lastStartUs, expected, plan.shardCount)
  }

  /** Arrivals of all shards that the phase's rate expects until an instant. */
  private expectedBefore(rate: LinearRate, us: number): number {
    return cumulative(rate, us / 1e6 - this.phase.startMs / 1000)
  }

  private release(user: UserSlot): void {
    this.busy--
    this.generator.leave(user)
    this.idle.push(user)
  }
}
