import type { GeneratorHealth } from '../measure/generator-health.ts'
import { legEndMs } from '../plan/legs.ts'
import type { ControlWatch, Stop } from './control-watch.ts'
import type { Generator, Source } from './generator.ts'
import { GeneratorMonitor } from './generator-monitor.ts'
import { IterationUsers } from './iteration-users.ts'
import { createPacer, type Pacer } from './pacer.ts'
import { PACINGS } from './pacing.ts'
import type { ShardPorts } from './shard-ports.ts'
import { ShardSnapshots } from './shard-snapshots.ts'
import { sharpenWaits } from './timer-slack.ts'

/** Why a shard was stopped, and when from the start of the load. */
type Stopped = Stop & { readonly atMs: number }

/** A shard from its start to its end: what ticks meanwhile, and how it is stopped, drained and ended. */
export class ShardRun {
  /** Resolves once nothing is under way, with what stopped it. */
  readonly done: Promise<Stopped | undefined>
  private readonly generator: Generator
  private readonly sources: readonly Source[]
  private readonly pacer: Pacer
  private readonly monitor: GeneratorMonitor
  private readonly timers: NodeJS.Timeout[] = []
  private observing: NodeJS.Timeout | undefined
  private readonly control: ControlWatch
  private readonly finish: (stop: Stopped | undefined) => void
  private stopped: Stopped | undefined
  readonly snapshots: ShardSnapshots
  /** What the generator knows of itself, once the run is over. */
  monitored: Partial<GeneratorHealth> = {}

  constructor(generator: Generator, sources: readonly Source[], ports: ShardPorts, control: ControlWatch) {
    this.generator = generator
    this.sources = sources
    this.snapshots = new ShardSnapshots(generator, ports)
    this.control = control
    const { plan } = generator
    const { promise, resolve } = Promise.withResolvers<Stopped | undefined>()
    this.done = promise
    this.finish = resolve
    sharpenWaits()
    this.pacer = ports.pacer ?? createPacer(PACINGS[plan.scenario.pacing ?? 'default'], generator)
    this.monitor = new GeneratorMonitor(
      {
        nowUs: () => generator.nowUs(),
        idleUs: () => this.pacer.idleUs,
        get connections() {
          return generator.connections
        },
        get lateStarts() {
          return generator.lateStarts
        },
      },
      generator.measurements.health,
    )
    if (control.stop === undefined) {
      const readyUs = generator.nowUs()
      for (const source of sources) source.begin(readyUs)
      generator.timers.push(legEndMs(plan, generator.leg) * 1000, { due: () => this.drained() })
    }
    this.pacer.start(generator.timers, () => generator.nowUs())
    this.every(plan.snapshotEveryMs, () => this.snapshots.store())
    this.observe()
    this.every(100, () => this.monitor.countConnections())
    this.every(50, () => this.look())
    const stop = (): void => {
      if (control.stop !== undefined) this.stop(control.stop)
    }
    // Where it was stopped before its start it sends nothing.
    if (control.stopped.aborted) stop()
    else control.stopped.addEventListener('abort', stop)
  }

  private every(ms: number, act: () => void): void {
    this.timers.push(setInterval(act, ms))
  }

  /** On the grid of the intervals, so that none of them goes without. */
  private observe(): void {
    const { generator } = this
    const everyMs = Math.min(1000, generator.plan.intervalMs)
    const nowMs = generator.nowUs() / 1000
    const atMs = (Math.floor(nowMs / everyMs) + 1) * everyMs
    this.observing = setTimeout(
      () => {
        generator.observe()
        this.monitor.sample()
        this.observe()
      },
      Math.max(1, Math.ceil(atMs - nowMs)),
    )
  }

  private look(): void {
    const { generator } = this
    if (generator.active === 0 && (generator.halted || this.sources.every(source => source.exhausted))) this.end()
  }

  private drained(): void {
    this.generator.interrupt()
    this.end()
  }

  private stop(stop: Stop): void {
    const { generator } = this
    this.stopped = { ...stop, atMs: Math.max(0, generator.nowUs() / 1000) }
    generator.halt()
    this.timers.push(
      setTimeout(() => {
        generator.interrupt()
        this.end()
      }, generator.plan.abortGraceMs),
    )
    this.look()
  }

  private end(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer)
    clearTimeout(this.observing)
    this.control.end()
    this.pacer.stop()
    this.generator.observe()
    this.monitored = this.monitor.end()
    if (this.stopped === undefined) {
      for (const source of this.sources) if (source instanceof IterationUsers) source.finish()
    }
    this.finish(this.stopped)
  }
}
