import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { aggregate } from '../../functions/aggregate.ts'
import { announce } from '../../functions/announce.ts'
import { merge } from '../../functions/merge.ts'
import { plan } from '../../functions/plan.ts'
import { watch } from '../../functions/watch.ts'
import type { Report } from '../report/report.ts'
import type { Attachments, Scenario } from '../scenario/scenario.ts'
import { needArtifact, putArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { LocalStore } from '../store/local-store.ts'
import { StoreError } from '../store/store-error.ts'
import { version } from '../version.ts'
import { storeAttachments } from './attachments.ts'
import { type Follower, followRun } from './follow-run.ts'
import { GeneratorPool } from './generator-pool.ts'
import { loadInterpreter } from './interpreter.ts'
import { localDefinition } from './local-definition.ts'
import type { Ports } from './ports.ts'
import { newRunId } from './run-id.ts'
import type { RunRequest } from './run-request.ts'
import { environmentSecrets } from './secrets.ts'
import { shardInput } from './task-input.ts'

export type RunOptions = Follower & {
  readonly scenario: Scenario
  readonly attachments: Attachments
  readonly store: LocalStore
  readonly generators: number
  readonly seed: number
  readonly mostDerivedUsers: number
  /** As typed, for the report. */
  readonly command: string
  /** Called once, when the run has its id and can be aborted. */
  readonly onStart?: (runId: string) => void
}

/** The run was not started: `before:` failed, or Plan refused it. The message is for the user. */
export class RunRefused extends Error {
  readonly runId: string
  constructor(runId: string, message: string) {
    super(message)
    this.name = 'RunRefused'
    this.runId = runId
  }
}

/**
 * Runs a scenario through the workflow on this machine: the deployed state machine, its tasks bound to the deployed
 * functions over the local store, one thread a generator. Resolves to the stored report.
 * Rejects with `RunRefused` where no load was sent, with `StoreError` where the store failed, and with what a follower
 * throws, once the load has been stopped.
 */
export async function runScenario(options: RunOptions): Promise<Report> {
  const { store } = options
  // Threads load while the request is stored and the interpreter is imported.
  const pool = new GeneratorPool(store, options.generators)
  try {
    const runId = await storeRequest(options)
    options.onStart?.(runId)
    const ended = new AbortController()
    const following = followRun(store.objects, runId, options, ended.signal).catch(async (error: unknown) => {
      // A follower that throws must not leave the load running behind its caller's back.
      await store.runs.abort(runId, 'its caller failed').catch(() => {})
      return { error }
    })
    try {
      await execute(store, pool, runId)
    } catch (error) {
      const record = await store.runs.get(runId)
      if (record?.state === 'refused') throw new RunRefused(runId, record.headline ?? 'refused')
      throw error
    } finally {
      ended.abort()
    }
    const failed = await following
    if (failed !== undefined) throw failed.error
    return await needArtifact<Report>(store.objects, keys.report(runId, 'report.json'), 'squall.report.v1')
  } finally {
    await pool.terminate()
  }
}

/** Stores all that Plan reads, and the run's record; gives the run's id. */
async function storeRequest(options: RunOptions): Promise<string> {
  const { scenario, attachments, store } = options
  const nowMs = Date.now()
  const createdAt = new Date(nowMs).toISOString()
  const runId = newRunId(nowMs, Math.random)
  const request: RunRequest = {
    schema: 'squall.request.v1',
    runId,
    scenario,
    scenarioHash: createHash('sha256').update(JSON.stringify(scenario)).digest('hex'),
    seed: options.seed,
    shardCount: options.generators,
    mostDerivedUsers: options.mostDerivedUsers,
    version,
    command: options.command,
    createdAt,
    files: [...attachments.files.keys()],
    sets: [...attachments.rows.keys()],
  }
  const isNew = await store.runs.create({
    schema: 'squall.run.v1',
    id: runId,
    scenario: scenario.name,
    target: scenario.target,
    command: options.command,
    state: 'planned',
    createdAt,
    host: hostname(),
    pid: process.pid,
  })
  if (!isNew) return storeRequest(options)
  await putArtifact(store.objects, keys.request(runId), request)
  await storeAttachments(store.objects, runId, attachments)
  return runId
}

/** Executes statemachines/run.asl.json; the interpreter is loaded here and nowhere else. */
async function execute(store: LocalStore, pool: GeneratorPool, runId: string): Promise<void> {
  const ports: Ports = {
    objects: store.objects,
    runs: store.runs,
    epochMs: Date.now,
    sleep: ms => sleep(ms),
    announce: async () => {},
    secrets: environmentSecrets,
  }
  const [{ StateMachine }, definition] = await Promise.all([
    loadInterpreter(),
    readFile(new URL('../../statemachines/run.asl.json', import.meta.url), 'utf8'),
  ])
  // The definition is validated by a test, not at each start.
  const machine = new StateMachine(localDefinition(definition), { validationOptions: { noValidate: true } })
  // The interpreter keeps a task's message alone; what failed in the store is told as what it is.
  const storeErrors: StoreError[] = []
  const keeping =
    <T>(task: (input: unknown) => Promise<T>) =>
    async (input: unknown): Promise<T> => {
      try {
        return await task(input)
      } catch (error) {
        if (error instanceof StoreError) storeErrors.push(error)
        throw error
      }
    }
  const execution = machine.run(
    { runId },
    {
      overrides: {
        // Locally there is one leg, which begins at once.
        waitTimeOverrides: { AwaitLeg: 0 },
        taskResourceLocalHandlers: {
          Plan: keeping(plan(ports)),
          Generate: async input => {
            await pool.generate(shardInput(input))
            return null
          },
          Watch: keeping(watch(ports)),
          Merge: keeping(merge(ports)),
          Aggregate: keeping(aggregate(ports)),
          Announce: keeping(announce(ports)),
        },
      },
      context: { Execution: { Id: runId, Name: runId, Input: { runId }, StartTime: new Date().toISOString() } },
    },
  )
  try {
    await execution.result
  } catch (error) {
    throw storeErrors.at(-1) ?? error
  }
}
