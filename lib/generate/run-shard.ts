import type { GeneratorHealth } from '../measure/generator-health.ts'
import { mergedHistogram } from '../measure/histogram.ts'
import type { ShardResult } from '../measure/shard-result.ts'
import type { Plan } from '../plan/plan.ts'
import { ClockOffset } from './clock-offset.ts'
import { watchControl } from './control-watch.ts'
import { readDated } from './dated-control.ts'
import { Generator } from './generator.ts'
import { prepareLibraries } from './libraries.ts'
import { maskSamples, maskSecrets } from './mask.ts'
import type { ShardPorts } from './shard-ports.ts'
import { ShardRun } from './shard-run.ts'
import { sharedValues } from './shared-values.ts'
import { createSources } from './sources.ts'
import { startSkew } from './start-skew.ts'

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
    await run.snapshots.storeLast()
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
      endedAtMs: Math.max(0, Math.round(generator.emptiedUs) / 1000),
      // A plan without a fixed start is one of this machine, where nothing is billed.
      ...(plan.startAtMs === undefined
        ? {}
        : { usage: { ranMs: (clock.nowUs() - begunUs) / 1000, controlReads, snapshots: run.snapshots.stored } }),
      faults: [...generator.faults].map(([kind, count]) => ({ kind, count })),
    }
    const { measurements } = generator
    maskSamples(measurements, maskSecrets({ secrets: ports.secrets, before: ports.before }))
    return { schema: 'squall.shard-result.v2', runId: plan.runId, leg, shard, measurements, health }
  } finally {
    control.end()
  }
}
