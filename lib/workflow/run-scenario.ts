import { hostname } from 'node:os'
import type { Report } from '../report/report.ts'
import { needArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { LocalStore } from '../store/local-store.ts'
import { executeEmbedded } from './execute-embedded.ts'
import { type Follower, followRun } from './follow-run.ts'
import { GeneratorPool } from './generator-pool.ts'
import { type NewRun, storeRequest } from './store-request.ts'

export type RunOptions = Follower &
  NewRun & {
    readonly store: LocalStore
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
    const runId = await storeRequest(
      { objects: store.objects, runs: store.runs, epochMs: Date.now, random: Math.random },
      options,
      {
        host: hostname(),
        pid: process.pid,
      },
    )
    options.onStart?.(runId)
    const ended = new AbortController()
    const following = followRun(store.objects, runId, options, ended.signal).catch(async (error: unknown) => {
      // A follower that throws must not leave the load running behind its caller's back.
      await store.runs.abort(runId, 'its caller failed').catch(() => {})
      return { error }
    })
    try {
      await executeEmbedded(store, pool, runId)
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
