import type { Plan } from '../plan/plan.ts'
import { ArrivalFigures, type MissCause } from './arrival-figures.ts'
import { Figures } from './figures.ts'
import { FlowFigures } from './flow-figures.ts'
import { isGeneratorFault } from './generator-fault.ts'
import { HealthIntervals } from './generator-health-intervals.ts'
import { Histogram, mergedHistogram } from './histogram.ts'
import { Intervals } from './intervals.ts'
import { type PartsPrecision, partsPrecision } from './precision.ts'
import { RecentRate } from './recent-rate.ts'
import type { RequestSample } from './request-sample.ts'
import { Windows } from './windows.ts'

/**
 * Everything a run measures: of one shard while it records, of the whole run after merging. `add` is exact, associative
 * and commutative. Memory is taken only where something was recorded. Phases, requests and flows are named by their
 * places in the plan; instants are µs from the start of the load.
 */
export class Measurements {
  readonly plan: Plan
  readonly intervals: Intervals
  /** One for each threshold with `every` or `after`, in the scenario's order. */
  readonly windows: readonly Windows[]
  readonly recent = new RecentRate()
  /** What the generators knew of themselves meanwhile. */
  readonly health: HealthIntervals
  /** Requests that the end of the load cut off: of the figures, only `interruptedTimes` hold them. */
  interrupted = 0
  /** The same times of older artifacts, which did not tell phases and requests apart: in no figures. */
  readonly unplacedInterruptedTimes = new Histogram()
  private readonly parts: PartsPrecision
  private readonly figuresByPhase: (Figures | undefined)[][]
  private readonly flowsByPhase: (FlowFigures | undefined)[][]
  private readonly arrivalsByPhase: (ArrivalFigures | undefined)[]
  /** Latest end of a request or iteration by the phase it was due in, µs; -1 for none. */
  private readonly lastEndByPhase: Float64Array
  private latestUs = 0
  /** What is answered from here on was not answered in its phase, which ended at the stop. */
  private stoppedUs = Number.POSITIVE_INFINITY

  constructor(plan: Plan) {
    this.plan = plan
    this.parts = partsPrecision(plan)
    this.intervals = new Intervals(plan.intervalMs)
    this.health = new HealthIntervals(plan.intervalMs)
    this.windows = plan.scenario.thresholds
      .filter(threshold => threshold.everyMs !== undefined || threshold.afterMs !== undefined)
      .map(threshold => new Windows(plan, threshold))
    this.figuresByPhase = plan.phases.map(() => plan.requestNames.map(() => undefined))
    this.flowsByPhase = plan.phases.map(() => plan.flowNames.map(() => undefined))
    this.arrivalsByPhase = plan.phases.map(() => undefined)
    this.lastEndByPhase = new Float64Array(plan.phases.length).fill(-1)
  }

  /** Counts a request that ended. Keeps no reference to the sample. */
  request(sample: RequestSample): void {
    const figures = this.figuresOf(sample.phase, sample.request)
    if (sample.outcome === 'interrupted') {
      this.interrupted++
      figures.interrupted(sample.endUs - sample.intendedUs)
      return
    }
    figures.record(sample)
    if (sample.errorKind !== '' && isGeneratorFault(sample.errorKind)) return
    if (sample.status > 0 && sample.endUs <= this.stoppedUs) {
      const phase = this.phaseAt(sample.phase, sample.endUs)
      if (phase >= 0) this.figuresOf(phase, sample.request).answered++
    }
    this.intervals.record(sample)
    for (const windows of this.windows) windows.record(sample)
    this.recent.record(sample.endUs)
    this.ended(sample.phase, sample.endUs)
  }

  /** `atUs` is needed for windows only; without it the latest instant seen is taken. */
  check(phase: number, request: number, text: string, pass: boolean, atUs?: number): void {
    this.figuresOf(phase, request).check(text, pass)
    for (const windows of this.windows) windows.check(phase, request, pass, atUs ?? this.latestUs)
  }

  iteration(flow: number, phase: number, intendedUs: number, endUs: number, failed: boolean): void {
    this.flowFiguresOf(phase, flow).record(endUs - intendedUs, failed)
    for (const windows of this.windows) windows.iteration(flow, phase, intendedUs, endUs, failed)
    this.ended(phase, endUs)
  }

  /** An iteration was started, so much later than intended. `atUs`: see `check`. */
  started(phase: number, latenessUs: number, atUs?: number): void {
    const arrivals = this.arrivalsOf(phase)
    arrivals.started++
    arrivals.lateness.record(latenessUs)
    for (const windows of this.windows) windows.started(phase, atUs ?? this.latestUs)
  }

  /** The load was stopped at this instant, the first that is told. */
  stopped(atUs: number): void {
    if (atUs < this.stoppedUs) this.stoppedUs = atUs
  }

  /** An iteration of this phase will not come to its end. */
  cutOff(phase: number): void {
    this.arrivalsOf(phase).interrupted++
  }

  /** Iterations that were due at `atUs` and will never be started. */
  missed(phase: number, atUs: number, cause: MissCause, count = 1): void {
    this.arrivalsOf(phase).missedBy[cause] += count
    this.intervals.missed(atUs, count)
    for (const windows of this.windows) windows.missed(phase, atUs, count)
  }

  /** The number of users from this instant on. */
  users(atUs: number, active: number): void {
    this.intervals.users(atUs, active)
  }

  /** Adds what another shard or leg of the same plan measured. */
  add(other: Measurements): void {
    this.interrupted += other.interrupted
    this.unplacedInterruptedTimes.add(other.unplacedInterruptedTimes)
    for (let phase = 0; phase < this.plan.phases.length; phase++) {
      for (let request = 0; request < this.plan.requestNames.length; request++) {
        const figures = other.figures(phase, request)
        if (figures !== undefined) this.figuresOf(phase, request).add(figures)
      }
      for (let flow = 0; flow < this.plan.flowNames.length; flow++) {
        const figures = other.flowFigures(phase, flow)
        if (figures !== undefined) this.flowFiguresOf(phase, flow).add(figures)
      }
      const arrivals = other.arrivals(phase)
      if (arrivals !== undefined) this.arrivalsOf(phase).add(arrivals)
      this.ended(phase, other.lastEndUs(phase))
    }
    this.intervals.add(other.intervals)
    this.health.add(other.health)
    for (const [i, windows] of this.windows.entries()) {
      const from = other.windows[i]
      if (from !== undefined) windows.add(from)
    }
  }

  /** How long all requests that were cut off had been under way. */
  get interruptedTimes(): Histogram {
    const all = this.figuresByPhase.flatMap(row => row.map(figures => figures?.interruptedTimes))
    return mergedHistogram([...all, this.unplacedInterruptedTimes])
  }

  /** Undefined where nothing was recorded. */
  figures(phase: number, request: number): Figures | undefined {
    return this.figuresByPhase[phase]?.[request]
  }

  flowFigures(phase: number, flow: number): FlowFigures | undefined {
    return this.flowsByPhase[phase]?.[flow]
  }

  arrivals(phase: number): ArrivalFigures | undefined {
    return this.arrivalsByPhase[phase]
  }

  /** -1: nothing that was due in the phase has ended. */
  lastEndUs(phase: number): number {
    return this.lastEndByPhase[phase] ?? -1
  }

  figuresOf(phase: number, request: number): Figures {
    const row = this.rowOf(this.figuresByPhase, phase, request, this.plan.requestNames.length)
    const known = row[request]
    if (known !== undefined) return known
    const figures = new Figures(this.parts)
    row[request] = figures
    return figures
  }

  flowFiguresOf(phase: number, flow: number): FlowFigures {
    const row = this.rowOf(this.flowsByPhase, phase, flow, this.plan.flowNames.length)
    const known = row[flow]
    if (known !== undefined) return known
    const figures = new FlowFigures()
    row[flow] = figures
    return figures
  }

  arrivalsOf(phase: number): ArrivalFigures {
    if (phase < 0 || phase >= this.arrivalsByPhase.length) throw new Error(`no phase ${phase} in the plan`)
    let arrivals = this.arrivalsByPhase[phase]
    if (arrivals === undefined) {
      arrivals = new ArrivalFigures()
      this.arrivalsByPhase[phase] = arrivals
    }
    return arrivals
  }

  ended(phase: number, endUs: number): void {
    const us = Math.round(endUs)
    if (us > (this.lastEndByPhase[phase] ?? -1)) this.lastEndByPhase[phase] = us
    if (us > this.latestUs) this.latestUs = us
  }

  private rowOf<T>(table: T[][], phase: number, column: number, columns: number): T[] {
    const row = table[phase]
    if (row === undefined || column < 0 || column >= columns) {
      throw new Error(`no place ${phase}, ${column} in the plan`)
    }
    return row
  }

  /** The phase of the same track that is running at an instant; -1 after the last one. */
  private phaseAt(duePhase: number, us: number): number {
    const { phases } = this.plan
    const track = phases[duePhase]?.track ?? -1
    if (track < 0) return -1
    for (let index = duePhase; index < phases.length; index++) {
      const phase = phases[index]
      if (phase === undefined || phase.track !== track) return -1
      if (us < (phase.startMs + phase.durationMs) * 1000) return index
    }
    return -1
  }
}
