import type { OpenPhase } from '../scenario/load-phase.ts'
import { cumulative, inverse, type LinearRate, totalExpected } from './cumulative-rate.ts'
import { loadPhase } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'
import { PoissonBlocks, PoissonTimes } from './poisson.ts'
import { hash32 } from './seeds.ts'

/** A shard's arrivals of one open phase in order of time. Arrival i of the phase belongs to shard i mod n. */
export interface ArrivalCursor {
  /** i in the phase; -1 past the end. */
  readonly index: number
  /** µs from the start of the load; Infinity past the end. Never falls from one arrival to the next. */
  readonly atUs: number
  advance(): void
}

/** Where the arrivals lie in Lambda space: i itself where they are even, order statistics where they are Poisson. */
interface LambdaTimes {
  at(index: number): number
  /** How many arrivals lie below the value. */
  countBelow(value: number): number
}

/** Arrival i is at Lambda^-1(i). */
class EvenTimes implements LambdaTimes {
  at(index: number): number {
    return index
  }
  countBelow(value: number): number {
    return Math.ceil(value)
  }
}

/**
 * A cursor over the shard's arrivals that are due at `fromUs` (µs from the start of the load) or later; by default over
 * all of them. An even phase allocates nothing an arrival, a Poisson one a block's table once.
 */
export function arrivalCursor(plan: Plan, phase: PlannedPhase, shard: number, fromUs = 0): ArrivalCursor {
  const first = arrivalsBefore(plan, phase, fromUs)
  const n = plan.shardCount
  return new Cursor(timing(plan, phase), first + ((((shard - first) % n) + n) % n), n)
}

/** How many of the phase's arrivals, of all shards, are due before an instant (µs from the start of the load). */
export function arrivalsBefore(plan: Plan, phase: PlannedPhase, us: number): number {
  const { rate, times, count, startUs } = timing(plan, phase)
  if (us <= startUs) return 0
  if (us >= startUs + rate.durationSeconds * 1e6) return count
  const atUs = (index: number) => startUs + inverse(rate, times.at(index)) * 1e6
  // The inversion and its inverse may differ in the last digit: what the cursor says is right.
  let index = Math.min(count, Math.max(0, times.countBelow(cumulative(rate, (us - startUs) / 1e6))))
  while (index > 0 && atUs(index - 1) >= us) index--
  while (index < count && atUs(index) < us) index++
  return index
}

type Timing = {
  readonly rate: LinearRate
  readonly times: LambdaTimes
  readonly count: number
  readonly startUs: number
}

function timing(plan: Plan, phase: PlannedPhase): Timing {
  const open = loadPhase(plan, phase)
  if (open.kind !== 'open') throw new RangeError(`phase ${phase.index} is not open`)
  const count = phase.arrivals ?? 0
  const rate = linearRate(open)
  const times = open.arrivals === 'poisson' ? new PoissonTimes(poissonBlocks(plan, phase, rate)) : new EvenTimes()
  return { rate, times, count, startUs: phase.startMs * 1000 }
}

const knownBlocks = new WeakMap<Plan, Map<number, PoissonBlocks>>()

/** Made once a plan and phase, and remembered: ten million arrivals take some 20 ms. */
function poissonBlocks(plan: Plan, phase: PlannedPhase, rate: LinearRate): PoissonBlocks {
  const phases = knownBlocks.get(plan) ?? new Map<number, PoissonBlocks>()
  knownBlocks.set(plan, phases)
  const seed = hash32(plan.seed, 0x706f6973, phase.index)
  const made = phases.get(phase.index) ?? new PoissonBlocks(phase.arrivals ?? 0, totalExpected(rate), seed)
  phases.set(phase.index, made)
  return made
}

/** The rate of an open phase as the schedule's mathematics takes it. */
export function linearRate(phase: OpenPhase): LinearRate {
  const { fromPerSecond, toPerSecond, durationMs } = phase
  return { fromPerSecond, toPerSecond, durationSeconds: durationMs / 1000 }
}

class Cursor implements ArrivalCursor {
  index: number
  atUs: number
  private readonly timing: Timing
  private readonly step: number

  constructor(timing: Timing, index: number, step: number) {
    this.timing = timing
    this.step = step
    this.index = index < timing.count ? index : -1
    this.atUs = this.due()
  }

  advance(): void {
    if (this.index < 0) return
    const next = this.index + this.step
    this.index = next < this.timing.count ? next : -1
    this.atUs = this.due()
  }

  private due(): number {
    if (this.index < 0) return Number.POSITIVE_INFINITY
    return this.timing.startUs + inverse(this.timing.rate, this.timing.times.at(this.index)) * 1e6
  }
}
