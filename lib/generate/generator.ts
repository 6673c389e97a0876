import type { MissCause } from '../measure/arrival-figures.ts'
import { GapRecorder } from '../measure/arrival-gaps.ts'
import { isGeneratorFault } from '../measure/generator-fault.ts'
import { LATE_START_US } from '../measure/generator-health.ts'
import { Measurements } from '../measure/measurements.ts'
import type { DataSlice } from '../plan/data-slice.ts'
import type { Plan } from '../plan/plan.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Clock } from './clock.ts'
import { compileFlow } from './compile-flow.ts'
import type { DispatcherFactory } from './http-dispatchers.ts'
import type { Program } from './program.ts'
import type { Files } from './request-body.ts'
import { baseUrl } from './request-url.ts'
import { RowDraws } from './row-draws.ts'
import type { Recorder, RunContext } from './run-context.ts'
import { Timers } from './timers.ts'
import { TrackPhases } from './track-phases.ts'
import { type IterationStart, UserSlot } from './user-slot.ts'

/** What a generator is made of; `shared` holds `vars`, `env`, `secret` and what `before:` saved. */
export type GeneratorParts = {
  readonly plan: Plan
  readonly leg: number
  readonly shard: number
  readonly clock: Clock
  readonly dispatchers: DispatcherFactory
  readonly slices: readonly DataSlice[]
  readonly files: Files
  readonly shared: ReadonlyMap<string, JsonValue>
}

/** Something that starts iterations: one phase's arrivals, one track's users. */
export interface Source {
  /** Puts its first instants on the timers; `readyUs` is when the generator became able to send. */
  begin(readyUs: number): void
  /** Nothing more will be started. */
  readonly exhausted: boolean
}

/** The users of one shard of one leg while they run, and what they share. */
export class Generator implements RunContext {
  readonly plan: Plan
  readonly leg: number
  readonly shard: number
  readonly timers = new Timers()
  readonly measurements: Measurements
  readonly recorder: Recorder
  readonly shared: ReadonlyMap<string, JsonValue>
  readonly rows: RowDraws
  /** Of judged open phases. */
  readonly gaps = new GapRecorder()
  /** Scheduled starts that came later than `LATE_START_US`. */
  lateStarts = 0
  readonly faults = new Map<string, number>()
  readonly programs: readonly (readonly Program[])[]
  halted = false
  interrupting = false
  events = 0
  /** Users with an iteration under way, or between two of them. */
  active = 0
  /** When the last of them was gone; 0 while there was none. */
  emptiedUs = 0
  /** Most users since they were last written down. */
  private mostActive = 0
  private readonly clock: Clock
  private readonly dispatchers: DispatcherFactory
  private readonly tracks: readonly TrackPhases[]
  /** Each at its `place`: an arrival comes and goes by a swap, where a set would look it up twice. */
  private readonly running: UserSlot[] = []
  private startUs = Number.POSITIVE_INFINITY

  constructor(parts: GeneratorParts) {
    const { plan, leg, shard } = parts
    this.plan = plan
    this.leg = leg
    this.shard = shard
    this.clock = parts.clock
    this.dispatchers = parts.dispatchers
    this.shared = parts.shared
    this.rows = new RowDraws(plan, leg, shard, parts.slices)
    this.measurements = new Measurements(plan)
    this.recorder = countingFaults(this.measurements, this.faults, this.timers)
    this.tracks = plan.scenario.tracks.map((_, track) => new TrackPhases(plan, track))
    this.programs = compileTracks(plan, parts.files)
  }

  /** The load starts at this instant of the clock. */
  setStart(startUs: number): void {
    this.startUs = startUs
  }

  nowUs(): number {
    return this.clock.nowUs() - this.startUs
  }

  sinceStartUs(monotonicUs: number): number {
    return monotonicUs - this.startUs
  }

  epochMs(): number {
    return this.clock.epochMs()
  }

  phaseAt(track: number, atUs: number): number {
    return this.tracks[track]?.at(atUs) ?? this.plan.phases.length - 1
  }

  program(track: number, flow: number): Program {
    const program = this.programs[track]?.[flow]
    if (program === undefined) throw new RangeError(`track ${track} has no flow ${flow}`)
    return program
  }

  createUser(track: number): UserSlot {
    const user = new UserSlot(this, this.dispatchers.open())
    user.track = track
    return user
  }

  /** A user is there from now on. */
  enter(user: UserSlot): void {
    user.place = this.running.push(user) - 1
    this.active++
    if (this.active > this.mostActive) this.observe()
  }

  /** A user is gone; an iteration that it has under way is cut off. */
  leave(user: UserSlot): void {
    if (user.underWay) this.measurements.cutOff(user.phase)
    user.underWay = false
    const { place } = user
    if (place < 0) return
    user.place = -1
    const last = this.running.pop()
    if (last !== undefined && last !== user) {
      this.running[place] = last
      last.place = place
    }
    if (--this.active > 0) return
    this.emptiedUs = this.nowUs()
    this.timers.onIdle?.(this.emptiedUs)
  }

  /**
   * Starts an iteration now, and gives the instant. `scheduled` where its instant was fixed by the plan, so that a late
   * start is worth a note.
   */
  start(user: UserSlot, iteration: IterationStart, scheduled: boolean): number {
    const now = this.nowUs()
    const lateUs = Math.max(0, now - iteration.intendedUs)
    this.measurements.started(iteration.phase, lateUs, now)
    if (scheduled && lateUs > LATE_START_US) this.lateStarts++
    user.begin(iteration)
    return now
  }

  missed(phase: number, atUs: number, cause: MissCause, count = 1): void {
    if (count > 0) this.measurements.missed(phase, atUs, cause, count)
  }

  /** Writes the number of users down: at each new height, and from time to time. */
  observe(): void {
    this.mostActive = this.active
    this.measurements.users(Math.max(0, this.nowUs()), this.active)
  }

  /** Open now. */
  get connections(): number {
    return this.dispatchers.connections
  }

  /** From now on nothing is started or sent; users that wait for no answer are gone at once. */
  halt(): void {
    this.halted = true
    this.measurements.stopped(this.nowUs())
    this.timers.clear()
    for (const user of [...this.running]) if (!user.exchange.busy) user.owner?.interrupted(user)
    this.dispatchers.dropWaiting()
  }

  /** Cuts off what is still under way. */
  interrupt(): void {
    this.halt()
    this.interrupting = true
    for (const user of [...this.running]) user.dispatcher.destroy()
    for (const user of [...this.running]) user.exchange.abandon()
  }
}

/** The programs by track and by place among the track's flows. */
function compileTracks(plan: Plan, files: Files): Program[][] {
  const { scenario, requestNames, flowNames } = plan
  const base = baseUrl(scenario.target)
  const context = { base, files, data: scenario.data, requestNames, flowNames, watched: false }
  return scenario.tracks.map(track =>
    track.flows.map(({ flow: name }) => {
      const flow = scenario.flows.find(each => each.name === name)
      if (flow === undefined) throw new RangeError(`track ${track.name} names a flow that is not there: ${name}`)
      return compileFlow(flow, context)
    }),
  )
}

/** Faults of the generator itself (EMFILE, EADDRINUSE) are counted apart, beside the request that met them. */
function countingFaults(measurements: Measurements, faults: Map<string, number>, timers: Timers): Recorder {
  return {
    request(sample) {
      measurements.request(sample)
      if (sample.endUs >= timers.nextUs) timers.onOverdue?.()
      if (sample.errorKind !== '' && isGeneratorFault(sample.errorKind)) {
        faults.set(sample.errorKind, (faults.get(sample.errorKind) ?? 0) + 1)
      }
    },
    check: (phase, request, text, pass, atUs) => measurements.check(phase, request, text, pass, atUs),
    iteration: (flow, phase, intendedUs, endUs, failed) =>
      measurements.iteration(flow, phase, intendedUs, endUs, failed),
  }
}
