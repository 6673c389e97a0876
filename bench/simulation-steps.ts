import { aggregate } from '../functions/aggregate.ts'
import { merge } from '../functions/merge.ts'
import { plan as planRun } from '../functions/plan.ts'
import { watch } from '../functions/watch.ts'
import { encodeShardResult } from '../lib/measure/shard-result.ts'
import { encodeSnapshot } from '../lib/measure/snapshot.ts'
import { decodeSummary, encodeSummary } from '../lib/measure/summary.ts'
import { arrivalCursor } from '../lib/plan/arrivals.ts'
import { DEFAULT_CEILINGS } from '../lib/plan/ceilings.ts'
import { quoteCloudRun } from '../lib/plan/cloud-quote.ts'
import { generatorMs } from '../lib/plan/generator-time.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { CLOUD_LEG_TIMES } from '../lib/plan/plan-legs.ts'
import { userSpans } from '../lib/plan/users.ts'
import type { Report } from '../lib/report/report.ts'
import { needArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { openLocalStore } from '../lib/store/local-store.ts'
import type { ObjectStore } from '../lib/store/object-store.ts'
import { localPorts } from '../lib/workflow/local-ports.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import { storeRequestAs } from '../lib/workflow/store-request.ts'
import { simulatedShard } from './simulated-shard.ts'
import { simulatedRun, USERS_EACH } from './simulation-load.ts'

export type SimulationOptions = { readonly folder: string; readonly generators: number; readonly seconds: number }

/** Each runs in a process of its own, as each function does in a Lambda of its own; the store is files. */
export type SimulationStep = {
  readonly name: string
  readonly title: string
  /** MB of the function that does it; absent for what no function does. */
  readonly memoryOf?: 'plan' | 'watch' | 'merge' | 'aggregate'
  /** Says what came of it; throws where it is wrong. */
  run(options: SimulationOptions): Promise<string>
}

const runId = 'simulation'
const PRICING = { region: 'us-east-1', network: 'internet', retentionDays: 30 } as const

function portsOf({ folder }: SimulationOptions): Ports {
  const planning = { kind: 'cloud', legTimes: CLOUD_LEG_TIMES, pricing: PRICING } as const
  return { ...localPorts(openLocalStore(folder)), planning }
}

const planOf = ({ objects }: Ports) => needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')

export const SIMULATION_STEPS: readonly SimulationStep[] = [
  {
    name: 'quote',
    title: 'read, size, estimate',
    async run({ generators, seconds }) {
      const { scenario } = simulatedRun(generators, seconds)
      const input = { scenario, runId, scenarioHash: '', seed: 7, nowMs: 0 }
      const quote = quoteCloudRun(input, { region: PRICING.region, ceilings: DEFAULT_CEILINGS })
      expectEqual('generators', quote.generators, generators)
      return `${quote.generators} generators, ${quote.plan.legs.length} legs, ${quote.estimate.totalUsd.toFixed(2)} USD`
    },
  },
  {
    name: 'plan',
    title: 'Plan',
    memoryOf: 'plan',
    async run(options) {
      const ports = portsOf(options)
      await storeRequestAs(ports, runId, simulatedRun(options.generators, options.seconds))
      const output = await planRun(ports)({ runId })
      const payload = JSON.stringify(output).length
      if (payload >= 256 * 1024) throw new Error(`the payload has ${payload} bytes`)
      const stored = JSON.stringify(await planOf(ports)).length
      return `payload ${kilobytes(payload)} of 256, plan.json ${kilobytes(stored)}`
    },
  },
  {
    name: 'schedule',
    title: 'the schedule of all shards, each user and each arrival once',
    async run(options) {
      const plan = await planOf(portsOf(options))
      const phase = plan.phases.find(each => each.kind === 'open')
      if (phase === undefined) throw new Error('no open phase')
      const users = new Uint8Array(plan.phases[0]?.maxUsers ?? 0)
      let due = 0
      let longestMs = 0
      for (let shard = 0; shard < plan.shardCount; shard++) {
        const startedMs = performance.now()
        for (const { user } of userSpans(plan, 0, shard)) users[user] = (users[user] ?? 0) + 1
        let before = -1
        for (const cursor = arrivalCursor(plan, phase, shard); cursor.index >= 0; cursor.advance()) {
          // Rising numbers of one residue each: where they are as many as there are arrivals, they are all of them, once.
          if (cursor.index % plan.shardCount !== shard || cursor.index <= before) throw new Error('not of this shard')
          before = cursor.index
          due++
        }
        longestMs = Math.max(longestMs, performance.now() - startedMs)
      }
      if (!users.every(count => count === 1)) throw new Error('a user is on no shard, or on two')
      expectEqual('arrivals', due, phase.arrivals ?? 0)
      return `${users.length} users, ${due} arrivals; ${longestMs.toFixed(1)} ms for the slowest shard`
    },
  },
  {
    name: 'generate',
    title: 'the results of all shards of a leg, simulated',
    async run(options) {
      const ports = portsOf(options)
      const plan = await planOf(ports)
      let bytes = 0
      let requests = 0
      for (let shard = 0; shard < plan.shardCount; shard++) {
        const result = simulatedShard(plan, 0, shard)
        const encoded = encodeShardResult(result)
        const snapshot = encodeSnapshot(result.measurements, plan, plan.loadMs * 1000, USERS_EACH + 1, shard)
        await ports.objects.put(keys.claim(runId, 0, shard), new Uint8Array(32))
        await ports.objects.put(keys.snapshot(runId, 0, shard), snapshot)
        await ports.objects.put(keys.shardResult(runId, 0, shard), encoded)
        bytes += encoded.length
        for (let name = 0; name < plan.requestNames.length; name++)
          for (const { index } of plan.phases) requests += result.measurements.figures(index, name)?.count ?? 0
      }
      return `${requests} requests, ${kilobytes(bytes / plan.shardCount)} a result`
    },
  },
  {
    name: 'watch',
    title: 'Watch, a turn of five minutes by a clock of its own',
    memoryOf: 'watch',
    async run(options) {
      const ports = portsOf(options)
      const plan = await planOf(ports)
      const [first] = plan.legs
      let nowMs = (plan.startAtMs ?? 0) + (first?.toMs ?? 0) - 150_000
      let looks = 0
      let reads = 0
      // While no result is to be seen, every generator that was invoked is under way.
      const objects: ObjectStore = {
        get: key => {
          reads++
          return ports.objects.get(key)
        },
        put: (key, bytes) => ports.objects.put(key, bytes),
        putIfAbsent: (key, bytes) => ports.objects.putIfAbsent(key, bytes),
        list: async prefix => (await ports.objects.list(prefix)).filter(key => !key.endsWith('.result')),
        delete: key => ports.objects.delete(key),
      }
      const startedMs = performance.now()
      await watch({
        ...ports,
        objects,
        epochMs: () => nowMs,
        // The beat's timer has a signal, and goes on by the machine's clock.
        sleep(ms, signal) {
          if (signal !== undefined) return ports.sleep(ms, signal)
          nowMs += ms
          looks++
          return Promise.resolve()
        },
      })({ runId })
      const lookMs = (performance.now() - startedMs) / looks
      return `${looks} looks of ${lookMs.toFixed(0)} ms, ${Math.round(reads / looks)} reads each`
    },
  },
  {
    name: 'merge',
    title: 'Merge of a leg',
    memoryOf: 'merge',
    async run(options) {
      const ports = portsOf(options)
      await merge(ports)({ runId, leg: 0 })
      const summary = await ports.objects.get(keys.legSummary(runId, 0))
      return `summary ${kilobytes(summary?.length ?? 0)}`
    },
  },
  {
    name: 'legs',
    title: 'the summaries of all other legs, copied from the first',
    async run(options) {
      const ports = portsOf(options)
      const plan = await planOf(ports)
      const bytes = await ports.objects.get(keys.legSummary(runId, 0))
      if (bytes === undefined) throw new Error('leg 0 is not merged')
      const summary = decodeSummary(bytes, plan)
      for (const { number: leg } of plan.legs.slice(1)) {
        const generators = summary.generators.map(one => ({ ...one, leg }))
        await ports.objects.put(keys.legSummary(runId, leg), encodeSummary({ ...summary, generators }))
      }
      return `${plan.legs.length} legs, the longest generator ${Math.max(...plan.legs.map(({ number }) => generatorMs(plan, number))) / 1000} s`
    },
  },
  {
    name: 'aggregate',
    title: 'Aggregate',
    memoryOf: 'aggregate',
    async run(options) {
      const ports = portsOf(options)
      const plan = await planOf(ports)
      const event = await aggregate(ports)({ runId })
      const report = await needArtifact<Report>(ports.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
      expectEqual('lost shards', report.lost.length, 0)
      expectEqual('generators', report.generators.length, plan.shardCount)
      const sizes = await Promise.all(
        ['report.json', 'report.html'].map(
          async name => (await ports.objects.get(keys.report(runId, name)))?.length ?? 0,
        ),
      )
      const [json = 0, html = 0] = sizes
      return `${event.verdict}, ${report.total.count} requests, JSON ${kilobytes(json)}, HTML ${kilobytes(html)}, ${report.cost?.actualUsd?.toFixed(2)} USD`
    },
  },
]

function expectEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found}, expected ${expected}`)
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`
}
