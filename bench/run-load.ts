import { monotonicClock } from '../lib/generate/clock.ts'
import { httpDispatchers, prepareDispatchers } from '../lib/generate/http-dispatchers.ts'
import { runShard } from '../lib/generate/run-shard.ts'
import type { ShardResult } from '../lib/measure/shard-result.ts'
import { makePlan } from '../lib/plan/make-plan.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { readScenario } from '../lib/scenario/read-scenario.ts'
import type { ScenarioInput } from '../lib/scenario/typed-scenario.ts'

export type LoadRun = {
  readonly plan: Plan
  readonly result: ShardResult
  /** The load's start, µs of `performance.now()`. */
  readonly startUs: number
  /** CPU time of the process from `warmMs` to the load's end, in cores. */
  readonly cores: number
}

export type LoadOptions = {
  readonly seed?: number
  /** The load is stopped after so long, whatever the scenario says; never by default. */
  readonly stopAfterMs?: number
  /** Compiling the code takes as much CPU time again as the load in its first second; 0 by default. */
  readonly warmMs?: number
}

/** Runs a scenario on one generator in this process, from the scenario's text to the shard's result; nothing is stored. */
export async function runLoad(input: ScenarioInput, options: LoadOptions = {}): Promise<LoadRun> {
  const { seed = 7, stopAfterMs = Number.POSITIVE_INFINITY, warmMs = 0 } = options
  const reading = readScenario(
    { object: input, file: 'bench.ts' },
    { readFile: () => ({ fault: 'missing' }), env: {}, version: 'bench' },
  )
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults))
  const { scenario } = reading.value
  const plan = makePlan({
    scenario,
    runId: 'bench',
    scenarioHash: '',
    seed,
    shardCount: 1,
    nowMs: 0,
    local: true,
    mostDerivedUsers: 5000,
  })
  await prepareDispatchers(scenario.http)
  let startUs = 0
  let used = process.cpuUsage()
  let usedFromUs = 0
  let warming: NodeJS.Timeout | undefined
  const warm = () => {
    usedFromUs = monotonicClock.nowUs()
    used = process.cpuUsage()
  }
  let beat = 0
  const result = await runShard(plan, 0, 0, {
    clock: monotonicClock,
    dispatchers: httpDispatchers(scenario.http, scenario.target),
    slices: [],
    files: new Map(),
    before: {},
    secrets: {},
    awaitStart: async () => {
      startUs = monotonicClock.nowUs() + 100_000
      warm()
      warming = setTimeout(warm, 100 + warmMs)
      return startUs
    },
    control: {
      read: async () => {
        const over = startUs > 0 && monotonicClock.nowUs() - startUs >= stopAfterMs * 1000
        return { beat: beat++, ...(over && { abort: 'long enough' }) }
      },
    },
    snapshot: async () => {},
  })
  clearTimeout(warming)
  const { user, system } = process.cpuUsage(used)
  return { plan, result, startUs, cores: (user + system) / (monotonicClock.nowUs() - usedFromUs) }
}
