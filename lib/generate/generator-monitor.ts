import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import type { GeneratorHealth } from '../measure/generator-health.ts'
import type { HealthIntervals, HealthSample } from '../measure/generator-health-intervals.ts'
import { CpuMeter } from './cpu-meter.ts'
import { LoopLag } from './loop-lag.ts'
import { ResourceWatch } from './process-resources.ts'

/** What the monitor asks of its generator. */
export type Monitored = {
  /** From the start of the load. */
  nowUs(): number
  /** See `Pacer.idleUs`. */
  idleUs(): number
  readonly connections: number
  /** Scheduled starts that came late, so far. */
  readonly lateStarts: number
}

/** The last sample may be of a few ms, in which a thread easily uses all of its core: no share is made of these. */
const SHORTEST_SHARE_MS = 250

type Late = {
  starts: number
  seconds: number
  cpu: number
  wait: number
  gc: number
  lagMaxMs: number
  known: boolean
  waitKnown: boolean
}

/** Watches the generator's own thread: CPU, waits for a core, loop lag, garbage collection, connections, descriptors. */
export class GeneratorMonitor {
  private readonly of: Monitored
  private readonly intervals: HealthIntervals
  private readonly cpu: CpuMeter
  private readonly lag = new LoopLag()
  private readonly collections: PerformanceObserver
  private readonly resources = new ResourceWatch()
  private readonly startedMs = performance.now()
  private sampledMs = performance.now()
  private readonly late: Late = {
    starts: 0,
    seconds: 0,
    cpu: 0,
    wait: 0,
    gc: 0,
    lagMaxMs: 0,
    known: false,
    waitKnown: false,
  }
  /** Most since the last sample. */
  private connections = 0
  private gcUs = 0
  private gcMaxUs = 0
  private lateStarts = 0
  private allGcUs = 0
  private worst = { cpu: -1, lagMs: 0, gcUs: 0, connections: 0, descriptors: -1, portsWaiting: -1 }

  constructor(of: Monitored, intervals: HealthIntervals) {
    this.of = of
    this.intervals = intervals
    this.cpu = new CpuMeter(() => of.idleUs())
    this.collections = new PerformanceObserver(list => this.collected(list.getEntries()))
    this.collections.observe({ entryTypes: ['gc'] })
    this.resources.look()
  }

  /** To be called several times a second: users that end close theirs at once. */
  countConnections(): void {
    this.connections = Math.max(this.connections, this.of.connections)
  }

  /** Takes down what was so since the last call; to be called about once a second. */
  sample(): void {
    this.countConnections()
    this.collected(this.collections.takeRecords())
    const { connections } = this
    const lateStarts = this.of.lateStarts - this.lateStarts
    this.lateStarts = this.of.lateStarts
    const { gcUs, gcMaxUs } = this
    const { latest } = this.resources
    const nowMs = performance.now()
    const spanMs = nowMs - this.sampledMs
    this.sampledMs = nowMs
    const loopLagMaxUs = this.lag.takeMax() * 1000
    const shares = spanMs < SHORTEST_SHARE_MS ? {} : this.cpu.sinceLast()
    const sample = { ...shares, ...latest, loopLagMaxUs, gcUs, gcMaxUs, connections, lateStarts }
    this.gcUs = 0
    this.gcMaxUs = 0
    this.connections = 0
    this.allGcUs += gcUs
    this.keepWorst(sample)
    if (lateStarts > 0) this.keepLate(sample, spanMs)
    this.intervals.sample(this.of.nowUs() - spanMs * 500, sample)
    this.resources.look()
  }

  /** Ends the watch, and gives the whole of it. */
  end(): Partial<GeneratorHealth> {
    this.sample()
    this.lag.stop()
    this.collections.disconnect()
    const { worst, late } = this
    const total = this.cpu.total()
    const cpuMaxShare = worst.cpu < 0 ? total.cpuShare : worst.cpu
    const mean = (sum: number) => sum / Math.max(0.001, late.seconds)
    return {
      ...total,
      ...(cpuMaxShare !== undefined && { cpuMaxShare }),
      gcShare: Math.min(1, this.allGcUs / 1000 / Math.max(1, performance.now() - this.startedMs)),
      gcMaxMs: worst.gcUs / 1000,
      loopLagMaxMs: worst.lagMs,
      connectionsMax: worst.connections,
      ...(worst.descriptors < 0 ? {} : { descriptorsMax: worst.descriptors }),
      ...(worst.portsWaiting < 0 ? {} : { portsWaitingMax: worst.portsWaiting }),
      ...(late.starts === 0
        ? {}
        : {
            late: {
              starts: late.starts,
              seconds: late.seconds,
              ...(late.known ? { cpuShare: mean(late.cpu) } : {}),
              ...(late.waitKnown ? { waitShare: mean(late.wait) } : {}),
              gcShare: mean(late.gc),
              loopLagMaxMs: late.lagMaxMs,
            },
          }),
    }
  }

  private collected(entries: readonly PerformanceEntry[]): void {
    for (const { duration } of entries) {
      this.gcUs += duration * 1000
      this.gcMaxUs = Math.max(this.gcMaxUs, duration * 1000)
    }
  }

  private keepWorst(sample: HealthSample): void {
    const { worst } = this
    worst.cpu = Math.max(worst.cpu, sample.cpuShare ?? -1)
    worst.lagMs = Math.max(worst.lagMs, sample.loopLagMaxUs / 1000)
    worst.gcUs = Math.max(worst.gcUs, sample.gcMaxUs)
    worst.connections = Math.max(worst.connections, sample.connections)
    worst.descriptors = Math.max(worst.descriptors, sample.descriptors ?? -1)
    worst.portsWaiting = Math.max(worst.portsWaiting, sample.portsWaiting ?? -1)
  }

  /** Weighted by the length of the sample: the last one is shorter, and a blocked loop makes one longer. */
  private keepLate(sample: HealthSample, spanMs: number): void {
    const { late } = this
    const seconds = spanMs / 1000
    late.starts += sample.lateStarts
    late.seconds += seconds
    late.known ||= sample.cpuShare !== undefined
    late.waitKnown ||= sample.waitShare !== undefined
    late.cpu += (sample.cpuShare ?? 0) * seconds
    late.wait += (sample.waitShare ?? 0) * seconds
    late.gc += Math.min(1, sample.gcUs / 1e6 / Math.max(0.001, seconds)) * seconds
    late.lagMaxMs = Math.max(late.lagMaxMs, sample.loopLagMaxUs / 1000)
  }
}
