import { setTimeout as sleep } from 'node:timers/promises'
import type { GeneratorHealth } from '../measure/generator-health.ts'
import { mergedHistogram } from '../measure/histogram.ts'
import type { ShardResult } from '../measure/shard-result.ts'
import { encodeSnapshot } from '../measure/snapshot.ts'
import type { DataSlice } from '../plan/data-slice.ts'
import { flowMix } from '../plan/flow-mix.ts'
import { legEndMs } from '../plan/legs.ts'
import { phasesOf, trackAt } from '../plan/phase-lookup.ts'
import type { Plan } from '../plan/plan.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Clock } from './clock.ts'
import { ClockOffset, type OffsetBounds } from './clock-offset.ts'
import { ClosedUsers } from './closed-users.ts'
import { type Control, type ControlWatch, type Stop, watchControl } from './control-watch.ts'
import { Generator, type Source } from './generator.ts'
import { GeneratorMonitor } from './generator-monitor.ts'
import type { DispatcherFactory } from './http-dispatchers.ts'
import { IterationUsers } from './iteration-users.ts'
import { prepareLibraries } from './libraries.ts'
import { maskSamples, maskSecrets } from './mask.ts'
import { OpenUsers } from './open-users.ts'
import { createPacer, type Pacer } from './pacer.ts'
import { PACINGS } from './pacing.ts'
import { sharedValues } from './shared-values.ts'
import type { UserSlot } from './user-slot.ts'

/** The world of a generator. */
export type ShardPorts = {
  readonly clock: Clock
  readonly dispatchers: DispatcherFactory
  /** The rows that this shard needs in this leg, one slice a data set that is used. */
  readonly slices: readonly DataSlice[]
  /** Bodies by path. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What `before:` saved. */
  readonly before: Readonly<Record<string, JsonValue>>
  readonly secrets: Readonly<Record<string, string>>
  /**
   * Called once all is compiled; resolves to the clock's instant (µs) of the load's start, best shortly before the leg
   * begins, and at once where the load has been stopped before that.
   */
  awaitStart(stopped: AbortSignal): Promise<number>
  readonly control: { read(): Promise<Control | undefined> }
  /** Keeps the shard's live figures; never called again before it has resolved. A failure is passed over. */
  snapshot(bytes: Uint8Array): Promise<void>
  /** Default: the one that the scenario asks for. */
  readonly pacer?: Pacer
}

const LAST_SNAPSHOT_MS = 2_000

/**
 * Generates one shard of one leg: starts what the schedule holds for it, at its instants, and measures what comes back.
 * Resolves when all has ended or was cut off; an abort or a lost lease is a result, too. Rejects only where a port does
 * (`awaitStart`), or the program is wrong.
 */
export async function runShard(plan: Plan, leg: number, shard: number, ports: ShardPorts): Promise<ShardResult> {
  try {
    return await generateShard(plan, leg, shard, ports)
  } finally {
    ports.dispatchers.close()
  }
}

async function generateShard(plan: Plan, leg: number, shard: number, ports: ShardPorts): Promise<ShardResult> {
  const { clock, dispatchers, slices, files } = ports
  // The wall clock is read once (decision 8): what may be set in mid-run measures nothing.
  const originMs = clock.epochMs() - clock.nowUs() / 1000
  const wallMs = () => originMs + clock.nowUs() / 1000
  const offset = new ClockOffset(plan.startAtMs ?? wallMs())
  const begunUs = clock.nowUs()
  let controlReads = 0
  const read = () => {
    controlReads++
    return readDated(ports.control, wallMs, offset)
  }
  const control = watchControl(read, {
    everyMs: plan.controlEveryMs,
    leaseMs: plan.leaseMs,
    unreadableMs: plan.unreadableMs,
    nowMs: () => clock.nowUs() / 1000,
  })
  try {
    const shared = sharedValues(plan.scenario, ports.secrets, ports.before)
    await prepareLibraries(plan.scenario)
    const generator = new Generator({ plan, leg, shard, clock, dispatchers, slices, files, shared })
    const sources = createSources(generator)
    const startUs = await ports.awaitStart(control.stopped)
    generator.setStart(startUs)
    const startedAtMs = originMs + startUs / 1000
    await control.known
    const run = new ShardRun(generator, sources, ports, control)
    const stop = await run.done
    await run.storeLast()
    const gaps = generator.gaps.gaps()
    const health: GeneratorHealth = {
      leg,
      shard,
      state: stop?.state ?? 'finished',
      ...(stop === undefined ? {} : { reason: stop.reason, stoppedAtMs: stop.atMs }),
      connectionsMax: 0,
      ...run.monitored,
      ...startSkew(plan, startedAtMs, offset.bounds),
      // Of all starts, as in the report's trust line: in a closed load the plan fixes its users' first starts alone, so few
      // that one standstill of the machine would be their 99th percentile.
      lateness: mergedHistogram(plan.phases.map((_, phase) => generator.measurements.arrivals(phase)?.lateness)),
      ...(gaps === undefined ? {} : { gaps }),
      dispatcher: dispatchers.description,
      startedAtMs,
      // A plan without a fixed start is one of this machine, where nothing is billed.
      ...(plan.startAtMs === undefined
        ? {}
        : { usage: { ranMs: (clock.nowUs() - begunUs) / 1000, controlReads, snapshots: run.snapshots } }),
      faults: [...generator.faults].map(([kind, count]) => ({ kind, count })),
    }
    const { measurements } = generator
    maskSamples(measurements, maskSecrets({ secrets: ports.secrets, before: ports.before }))
    return { schema: 'squall.shard-result.v2', runId: plan.runId, leg, shard, measurements, health }
  } finally {
    control.end()
  }
}

/** Reads the control item, and takes from the answer's date what it tells of the two clocks. */
async function readDated(
  control: ShardPorts['control'],
  wallMs: () => number,
  offset: ClockOffset,
): Promise<Control | undefined> {
  const sentMs = wallMs()
  const found = await control.read()
  if (found?.serverDateMs !== undefined) {
    offset.observe({ sentMs, receivedMs: wallMs(), dateMs: found.serverDateMs })
  }
  return found
}

/**
 * How far the generator's start lay from the planned one by the store's clock, which all generators share; by its own
 * where the store told no date. Absent where the plan fixes no start.
 */
function startSkew(
  plan: Plan,
  startedAtMs: number,
  bounds: OffsetBounds | undefined,
): Pick<GeneratorHealth, 'startSkewMs' | 'startSkewBoundMs'> {
  if (plan.startAtMs === undefined) return {}
  const ownMs = startedAtMs - plan.startAtMs
  if (bounds === undefined) return { startSkewMs: ownMs }
  const { lowMs, highMs } = bounds
  return { startSkewMs: ownMs + (lowMs + highMs) / 2, startSkewBoundMs: (highMs - lowMs) / 2 }
}

function createSources(generator: Generator): Source[] {
  const { plan } = generator
  return plan.scenario.tracks.flatMap((_, track) => {
    const mix = flowMix(trackAt(plan, track), plan.seed)
    const phases = phasesOf(plan, track)
    const idle: UserSlot[] = []
    const sources: Source[] = []
    for (const phase of phases) {
      if (phase.kind === 'open') sources.push(new OpenUsers(generator, phase, mix, idle))
      if (phase.kind === 'iterations') sources.push(new IterationUsers(generator, phase, mix))
    }
    if (phases.some(phase => phase.kind === 'closed')) sources.push(new ClosedUsers(generator, track, mix))
    return sources
  })
}

/** A shard from its start to its end: the pacer, the control item, snapshots, the drain. */
class ShardRun {
  readonly done: Promise<(Stop & { readonly atMs: number }) | undefined>
  private readonly generator: Generator
  private readonly sources: readonly Source[]
  private readonly ports: ShardPorts
  private readonly pacer: Pacer
  private readonly monitor: GeneratorMonitor
  private readonly timers: NodeJS.Timeout[] = []
  private observing: NodeJS.Timeout | undefined
  private readonly control: ControlWatch
  private readonly finish: (stop: (Stop & { readonly atMs: number }) | undefined) => void
  private stopped: (Stop & { readonly atMs: number }) | undefined
  private storing: Promise<void> | undefined
  /** Snapshots that were stored, or tried to be. */
  snapshots = 0
  /** What the generator knows of itself, once the run is over. */
  monitored: Partial<GeneratorHealth> = {}

  constructor(generator: Generator, sources: readonly Source[], ports: ShardPorts, control: ControlWatch) {
    this.generator = generator
    this.sources = sources
    this.ports = ports
    this.control = control
    const { plan } = generator
    const { promise, resolve } = Promise.withResolvers<(Stop & { readonly atMs: number }) | undefined>()
    this.done = promise
    this.finish = resolve
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
    this.every(plan.snapshotEveryMs, () => this.store())
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

  private store(): void {
    if (this.storing !== undefined) return
    this.storing = this.putSnapshot(this.generator.active).finally(() => {
      this.storing = undefined
    })
  }

  /** The shard's last live figures: nobody is under way. The result does not wait for them longer than a second or two. */
  async storeLast(): Promise<void> {
    const stored = (async () => {
      await this.storing
      await this.putSnapshot(0)
    })()
    await Promise.race([stored, sleep(LAST_SNAPSHOT_MS, undefined, { ref: false })])
  }

  private async putSnapshot(users: number): Promise<void> {
    const { plan, measurements, shard } = this.generator
    this.snapshots++
    const bytes = encodeSnapshot(measurements, plan, Math.max(0, this.generator.nowUs()), users, shard)
    await this.ports.snapshot(bytes).catch(() => undefined)
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
