import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions'
import { onTestFinished } from 'vitest'
import { aggregate } from '../../functions/aggregate.ts'
import { announce } from '../../functions/announce.ts'
import { type GeneratePorts, generate } from '../../functions/generate.ts'
import { merge } from '../../functions/merge.ts'
import { plan } from '../../functions/plan.ts'
import { watch } from '../../functions/watch.ts'
import { monotonicClock } from '../../lib/generate/clock.ts'
import type { FunctionName } from '../../lib/plan/function-memory.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { CLOUD_LEG_TIMES, type LegTimes } from '../../lib/plan/plan-legs.ts'
import type { Report } from '../../lib/report/report.ts'
import type { DataRow } from '../../lib/scenario/data-set.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { type LocalStore, openLocalStore } from '../../lib/store/local-store.ts'
import type { ObjectStore } from '../../lib/store/object-store.ts'
import { awaitCommonStart } from '../../lib/workflow/common-start.ts'
import { localDefinition } from '../../lib/workflow/local-definition.ts'
import { localPorts } from '../../lib/workflow/local-ports.ts'
import type { Ports, VerdictEvent } from '../../lib/workflow/ports.ts'
import { storeRequestAs } from '../../lib/workflow/store-request.ts'
import { shardInput } from '../../lib/workflow/task-input.ts'

/** From the end of Plan until the interpreter has come to the last of the legs' Wait states. */
const interpreterMs = 100

export const pricing = { region: 'us-east-1', network: 'internet', retentionDays: 30 } as const

export type LegRunOptions = {
  /** Absent: one leg, as on this machine. */
  readonly legs?: Partial<LegTimes>
  readonly shards?: number
  readonly seed?: number
  readonly rows?: Readonly<Record<string, readonly DataRow[]>>
  readonly files?: ReadonlyMap<string, Uint8Array>
  /** Figures of the plan that a test shortens. */
  readonly figures?: Partial<Plan>
  readonly ports?: (store: LocalStore) => Partial<Ports>
  /** The objects as one of the functions has them. */
  readonly objectsOf?: (name: FunctionName, objects: ObjectStore) => ObjectStore
  /** For generators only. */
  readonly generatorPorts?: (store: LocalStore) => Partial<Ports>
  /** What becomes of an invocation of Generate: by default it is called once. */
  readonly invoke?: (generate: (nonce?: string) => Promise<unknown>, input: { leg: number; shard: number }) => unknown
  readonly onStart?: (store: LocalStore, runId: string) => void
  /** The execution is stopped when this resolves, as from the console; functions run on, and stopped.asl.json is executed. */
  readonly stopExecution?: (store: LocalStore, runId: string) => Promise<unknown>
}

export type LegRun = {
  readonly store: LocalStore
  readonly runId: string
  readonly plan: Plan
  readonly report: Report
  readonly announced: readonly VerdictEvent[]
  /** Names of the Tasks, in the order of their calls. */
  readonly called: readonly string[]
}

/**
 * Executes the deployed state machine embedded, with the deployed functions, planned as in the cloud: legs at fixed times,
 * a fixed start. All generators share this thread, so scenarios should be paced `frugal`.
 */
export async function runInLegs(scenario: Scenario, options: LegRunOptions = {}): Promise<LegRun> {
  const { legs, shards = 1, seed = 7, rows = {}, figures = {} } = options
  const store = openLocalStore(mkdtempSync(join(tmpdir(), 'squall-legs-')))
  onTestFinished(() => {
    store.runs.close()
    rmSync(store.folder, { recursive: true, force: true })
  })
  const runId = 'in-legs'
  const ports: Ports = {
    ...localPorts(store),
    planning:
      legs === undefined ? { kind: 'local' } : { kind: 'cloud', legTimes: { ...CLOUD_LEG_TIMES, ...legs }, pricing },
    ...options.ports?.(store),
  }
  await storeRequestAs(ports, runId, {
    scenario,
    attachments: { files: options.files ?? new Map(), rows: new Map(Object.entries(rows)) },
    generators: shards,
    seed,
    mostDerivedUsers: 100,
    command: 'test',
  })
  const announced: VerdictEvent[] = []
  const called: string[] = []
  const note =
    <T>(name: string, task: (input: unknown) => Promise<T>) =>
    (input: unknown): Promise<T> => {
      called.push(name)
      return task(input)
    }
  const portsOf = (name: FunctionName): Ports => ({
    ...ports,
    objects: options.objectsOf?.(name, ports.objects) ?? ports.objects,
  })
  const planShortened = async (input: unknown) => {
    const output = await plan(portsOf('plan'))(input)
    await putArtifact(store.objects, keys.plan(runId), { ...(await readPlan(store, runId)), ...figures })
    return { ...output, legs: output.legs.map(leg => ({ ...leg, invokeAt: notPast(leg.invokeAt) })) }
  }
  const generateShard = async (input: unknown) => {
    const at = shardInput(input)
    let attempts = 0
    const attempt = (nonce = `${at.leg} ${at.shard} ${attempts++}`) =>
      generate({
        ...portsOf('generate'),
        ...options.generatorPorts?.(store),
        clock: monotonicClock,
        nonce,
        awaitStart: awaitStart(ports),
      })(input)
    await (options.invoke ?? (one => one()))(attempt, at)
    return null
  }
  const handlers = {
    Plan: note('Plan', planShortened),
    Generate: note('Generate', generateShard),
    Watch: note('Watch', watch(portsOf('watch'))),
    Merge: note('Merge', merge(portsOf('merge'))),
    Aggregate: note('Aggregate', aggregate(portsOf('aggregate'))),
    Announce: note('Announce', announce({ announce: async event => void announced.push(event) })),
  }
  const start = (name: string, input: { runId: string; abort?: string }) =>
    new StateMachine(definition(name), { validationOptions: { noValidate: true } }).run(input, {
      overrides: {
        ...(legs === undefined && { waitTimeOverrides: { AwaitLeg: 0 } }),
        taskResourceLocalHandlers: handlers,
      },
    })
  options.onStart?.(store, runId)
  const execution = start('run', { runId })
  if (options.stopExecution === undefined) await execution.result
  else {
    const ended = execution.result.catch(() => {})
    await Promise.race([options.stopExecution(store, runId), ended])
    execution.abort()
    await ended
    await start('stopped', { runId, abort: 'the execution ended as ABORTED' }).result
  }
  const report = await needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
  return { store, runId, plan: await readPlan(store, runId), report, announced, called }
}

/** AWS waits until an instant in the past for nothing; the interpreter sets a timer of a negative length, and Node warns. */
function notPast(invokeAt: string): string {
  return new Date(Math.max(Date.parse(invokeAt), Date.now() + interpreterMs)).toISOString()
}

function definition(name: string): StateMachineDefinition {
  return localDefinition(readFileSync(new URL(`../../statemachines/${name}.asl.json`, import.meta.url), 'utf8'))
}

function readPlan(store: LocalStore, runId: string): Promise<Plan> {
  return needArtifact<Plan>(store.objects, keys.plan(runId), 'squall.plan.v1')
}

/** Local generators of one leg begin a moment after the first of them is ready. */
function awaitStart({ sleep }: Ports): GeneratePorts['awaitStart'] {
  let localUs: number | undefined
  return async (made, leg, stopped) => {
    if (made.startAtMs !== undefined) return awaitCommonStart({ clock: monotonicClock, sleep }, made, leg, stopped)
    localUs ??= monotonicClock.nowUs() + 50_000
    return localUs
  }
}
