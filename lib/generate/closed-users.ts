import type { FlowMix } from '../plan/flow-mix.ts'
import { firstIterationOfLeg, userLegSpan } from '../plan/legs.ts'
import { trackAt } from '../plan/phase-lookup.ts'
import { userIterationSeed } from '../plan/seeds.ts'
import { type UserSpan, userSpans } from '../plan/users.ts'
import type { Generator, Source } from './generator.ts'
import { READY_GRACE_US } from './ready-grace.ts'
import type { Due } from './timers.ts'
import type { UserOwner, UserSlot } from './user-slot.ts'

/** An iteration that went through without ever waiting starts again after so long: nothing stops the event loop. */
const IDLE_PASS_US = 10_000
/**
 * After an iteration that a missing value cut short its user pauses: its think times were cut off, too, and a target whose
 * login fails would be hammered by users that were meant to be gentle.
 */
const CUT_SHORT_PAUSE_US = 1_000_000

/** A user that begins so much later than planned has missed an iteration; before that it was only late. */
const MISSED_US = 1_000_000

/** A life that this leg has of a user. */
type LegSpan = UserSpan & {
  /** It has been counted as missed: it is short of an iteration, whatever else becomes of it. */
  readonly missed?: true
}

/**
 * The users of one track's closed phases on one shard: each spawns at its ramp instant, starts its next iteration when
 * the last has ended, and retires after its span, once the iteration under way is over.
 */
export class ClosedUsers implements Source, UserOwner, Due {
  readonly startIsApart = true
  private readonly generator: Generator
  private readonly track: number
  private readonly mix: FlowMix
  private readonly mixIterations: boolean
  private spans: readonly LegSpan[]
  private readonly idle: UserSlot[] = []
  private next = 0

  constructor(generator: Generator, track: number, mix: FlowMix) {
    const { plan, leg, shard } = generator
    this.generator = generator
    this.track = track
    this.mix = mix
    this.mixIterations = trackAt(plan, track).mix === 'iteration'
    this.spans = userSpans(plan, track, shard)
      .flatMap(span => {
        const { fromUs, toUs } = userLegSpan(plan, leg, span.user)
        const clipped = { ...span, fromUs: Math.max(span.fromUs, fromUs), toUs: Math.min(span.toUs, toUs) }
        return clipped.fromUs < clipped.toUs ? [clipped] : []
      })
      .sort((a, b) => a.fromUs - b.fromUs || a.user - b.user)
  }

  get exhausted(): boolean {
    return this.next >= this.spans.length
  }

  /**
   * Users that should have begun before a late generator was ready begin as much later as it was late, in the rhythm that
   * the plan has for them, so that the target meets no wave of them. Where that is a second or more each has missed an
   * iteration, and so has one whose life is over before that.
   */
  begin(readyUs: number): void {
    const { generator, spans } = this
    const [first] = spans
    if (first !== undefined && readyUs > first.fromUs + READY_GRACE_US) {
      const lateUs = readyUs - first.fromUs
      this.spans = spans
        .map(span => {
          if (span.fromUs >= readyUs) return span
          const fromUs = span.fromUs + lateUs
          if (lateUs < MISSED_US && fromUs < span.toUs) return { ...span, fromUs }
          generator.missed(generator.phaseAt(this.track, span.fromUs), span.fromUs, 'late')
          return { ...span, fromUs, missed: true as const }
        })
        .filter(span => span.fromUs < span.toUs)
        .sort((a, b) => a.fromUs - b.fromUs || a.user - b.user)
    }
    this.wait()
  }

  due(): void {
    const span = this.spans[this.next]
    this.next++
    this.wait()
    if (span !== undefined) this.spawn(span)
  }

  iterationEnded(user: UserSlot, endUs: number): void {
    if (this.generator.halted) this.retire(user)
    else if (user.cutShort) this.pause(user, endUs)
    else if (user.waited) this.iterate(user, endUs, false)
    else user.resumeOwner(endUs + IDLE_PASS_US)
  }

  resume(user: UserSlot): void {
    if (this.generator.halted) this.retire(user)
    else this.iterate(user, this.generator.nowUs(), false)
  }

  interrupted(user: UserSlot): void {
    this.retire(user)
  }

  /** Not beyond the user's life: a pause must not make the load end later. */
  private pause(user: UserSlot, endUs: number): void {
    const toUs = user.span?.toUs ?? endUs
    user.resumeOwner(Math.max(endUs, Math.min(endUs + CUT_SHORT_PAUSE_US, toUs)))
  }

  private wait(): void {
    const span = this.spans[this.next]
    if (span !== undefined) this.generator.timers.push(span.fromUs, this)
  }

  private spawn(span: LegSpan): void {
    const { generator } = this
    // A late generator begins a life that is over already with nothing.
    if (generator.nowUs() >= span.toUs) {
      if (!span.missed) generator.missed(generator.phaseAt(this.track, span.fromUs), span.fromUs, 'late')
      return
    }
    const user = this.idle.pop() ?? generator.createUser(this.track)
    user.renew()
    user.number = span.user
    user.owner = this
    user.span = span
    generator.enter(user)
    this.iterate(user, span.fromUs, true)
  }

  private iterate(user: UserSlot, intendedUs: number, spawned: boolean): void {
    const { generator, track } = this
    const { plan, leg } = generator
    const { span } = user
    if (span === undefined || intendedUs >= span.toUs) {
      this.retire(user)
      return
    }
    const iteration = user.begun
    const k = firstIterationOfLeg(leg) + iteration
    const phase = generator.phaseAt(track, intendedUs)
    const program = generator.program(track, this.mix.at(this.mixIterations ? user.number + iteration : user.number))
    if (!generator.rows.assign(user, program, { track, phase, user: user.number, k })) {
      generator.missed(phase, intendedUs, 'data')
      this.retire(user)
      return
    }
    const seed = userIterationSeed(plan.seed, span.phase, user.number, k)
    generator.start(user, { program, phase, intendedUs, seed, vu: user.number + 1, iteration }, spawned)
  }

  private retire(user: UserSlot): void {
    if (user.span === undefined) return
    user.span = undefined
    user.dispatcher.reset()
    this.generator.leave(user)
    this.idle.push(user)
  }
}
