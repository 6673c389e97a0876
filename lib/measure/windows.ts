import type { Plan } from '../plan/plan.ts'
import type { Threshold } from '../scenario/threshold.ts'
import { Observation } from './observation.ts'
import type { RequestSample } from './request-sample.ts'
import { isErrorKind, isWholeFlow, scopeOf } from './scope.ts'

/** Windows that may hold a histogram while they are recorded: requests come as they end, so nearly always the last. */
const OPEN_WHILE_RECORDING = 4
/** The same while shards are merged, which bring all windows of a leg one after another. */
const OPEN_WHILE_MERGING = 100

/**
 * What a threshold with `every` or `after` is judged by. Its windows have a grid of their own that starts at `after`: a
 * request is in the window in which it ended, and in none if it was due before `after`. Without `every` there is one
 * window, from `after` to the end.
 */
export class Windows {
  readonly threshold: Threshold
  readonly list: (Observation | undefined)[] = []
  readonly everyUs: number
  readonly afterUs: number
  private readonly phases: readonly boolean[]
  private readonly request: number
  private readonly flow: number
  private readonly wholeFlows: readonly boolean[]
  /** Numbers of the windows that were added to and not closed since, the longest open first. */
  private readonly open: number[] = []

  constructor(plan: Plan, threshold: Threshold) {
    this.threshold = threshold
    this.everyUs = threshold.everyMs === undefined ? Number.POSITIVE_INFINITY : threshold.everyMs * 1000
    this.afterUs = (threshold.afterMs ?? 0) * 1000
    const scope = scopeOf(plan, threshold)
    this.phases = scope.phases
    this.request = scope.request
    this.flow = threshold.scope.kind === 'flow' ? scope.flow : -1
    this.wholeFlows = plan.flowNames.map((_, flow) => isWholeFlow(plan, flow))
  }

  record(sample: RequestSample): void {
    if (this.threshold.scope.kind === 'flow' || !this.phases[sample.phase]) return
    if (this.threshold.scope.kind === 'request' && sample.request !== this.request) return
    const window = this.at(sample.intendedUs, sample.endUs)
    if (window === undefined) return
    const { subject } = this.threshold
    switch (subject.kind) {
      case 'latency': {
        const us = latencyOf(sample, subject.latency)
        if (us >= 0) {
          window.count++
          window.time(us)
        }
        break
      }
      case 'errors':
        window.count++
        if (sample.outcome === 'failure') window.matched++
        break
      case 'status':
        window.count++
        if (sample.status >= subject.from && sample.status <= subject.to) window.matched++
        break
      case 'error':
        window.count++
        if (isErrorKind(sample.errorKind, subject.errorKind)) window.matched++
        break
      case 'throughput':
        window.count++
        if (sample.status > 0) window.matched++
        break
      case 'requests':
        window.count++
        window.matched++
        break
      default:
        break
    }
  }

  check(phase: number, request: number, pass: boolean, atUs: number): void {
    if (this.threshold.subject.kind !== 'checks' || !this.phases[phase]) return
    if (this.threshold.scope.kind === 'request' && request !== this.request) return
    const window = this.at(atUs, atUs)
    if (window === undefined) return
    window.count++
    if (pass) window.matched++
  }

  iteration(flow: number, phase: number, intendedUs: number, endUs: number, failed: boolean): void {
    if (!this.phases[phase]) return
    const { kind } = this.threshold.subject
    const ofFlow = this.threshold.scope.kind === 'flow'
    if (ofFlow ? flow !== this.flow : kind !== 'iterations' || !this.wholeFlows[flow]) return
    const window = this.at(intendedUs, endUs)
    if (window === undefined) return
    if (kind === 'missed') return
    window.count++
    if (kind === 'latency') window.time(endUs - intendedUs)
    else if (kind === 'iterations' || kind === 'throughput' || kind === 'requests') window.matched++
    else if (kind === 'errors' && failed) window.matched++
  }

  started(phase: number, atUs: number): void {
    if (this.threshold.subject.kind !== 'missed' || !this.phases[phase]) return
    const window = this.at(atUs, atUs)
    if (window !== undefined) window.count++
  }

  missed(phase: number, atUs: number, count: number): void {
    if (!this.phases[phase]) return
    const window = this.at(atUs, atUs)
    if (window === undefined) return
    window.missed += count
    if (this.threshold.subject.kind === 'missed') {
      window.count += count
      window.matched += count
    }
  }

  add(other: Windows): void {
    for (let index = 0; index < other.list.length; index++) {
      const from = other.list[index]
      if (from !== undefined) this.byIndex(index).add(from)
    }
  }

  /** A window to add to, made if there is none. */
  byIndex(index: number): Observation {
    return this.opened(index, OPEN_WHILE_MERGING)
  }

  private at(dueUs: number, endUs: number): Observation | undefined {
    if (dueUs < this.afterUs) return undefined
    const index = Math.floor(Math.max(0, endUs - this.afterUs) / this.everyUs)
    return this.opened(index, OPEN_WHILE_RECORDING)
  }

  /** A run of a day has thousands of windows: those that nothing was added to for long are closed. */
  private opened(index: number, most: number): Observation {
    while (this.list.length <= index) this.list.push(undefined)
    let window = this.list[index]
    if (window === undefined) {
      window = new Observation()
      this.list[index] = window
    }
    if (this.open.at(-1) !== index && !this.open.includes(index)) this.open.push(index)
    while (this.open.length > most) this.list[this.open.shift() ?? 0]?.close()
    return window
  }
}

/** The length that a latency subject means, in µs; -1 where the sample has none. */
function latencyOf(sample: RequestSample, latency: string): number {
  switch (latency) {
    case 'connect':
      return sample.connectUs
    case 'tls':
      return sample.tlsUs
  }
  if (!sample.hasLatency) return -1
  switch (latency) {
    case 'service':
      return sample.sentUs < 0 ? -1 : sample.endUs - sample.sentUs
    case 'first byte':
      return sample.firstByteUs
    case 'success':
      return sample.outcome === 'success' ? sample.endUs - sample.intendedUs : -1
    case 'failed':
      return sample.outcome === 'failure' ? sample.endUs - sample.intendedUs : -1
    default:
      return sample.endUs - sample.intendedUs
  }
}
