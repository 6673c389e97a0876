import { needArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { LocalStore } from '../store/local-store.ts'
import { executeEmbedded } from './execute-embedded.ts'
import { GeneratorPool } from './generator-pool.ts'
import type { AnnouncePorts } from './ports.ts'
import type { RunRequest } from './run-request.ts'
import type { Engine } from './start-run.ts'

export type LocalEngine = Engine & {
  /** Asks every run that is under way to stop, and waits for their reports. */
  stopAll(reason: string): Promise<void>
}

/** Runs the workflow in this process: each run has its own generator threads. What fails is told to `onBroken`. */
export function localEngine(
  store: LocalStore,
  announcing: AnnouncePorts,
  onBroken: (runId: string, error: unknown) => void,
): LocalEngine {
  const underWay = new Map<string, Promise<void>>()
  return {
    async start(runId) {
      if (underWay.has(runId)) return
      const running = execute(store, runId, announcing)
        .catch(async (error: unknown) => {
          onBroken(runId, error)
          const record = await store.runs.get(runId)
          if (record?.state === 'refused' || record?.state === 'done') return
          const headline = `broken: ${error instanceof Error ? error.message : String(error)}`
          await store.runs.update(runId, { state: 'lost', endedAt: new Date().toISOString(), headline })
        })
        .finally(() => underWay.delete(runId))
      underWay.set(runId, running)
    },
    abort: (runId, reason) => store.runs.abort(runId, reason),
    async stopAll(reason) {
      await Promise.all([...underWay.keys()].map(runId => store.runs.abort(runId, reason)))
      await Promise.all(underWay.values())
    },
  }
}

async function execute(store: LocalStore, runId: string, announcing: AnnouncePorts): Promise<void> {
  const request = await needArtifact<RunRequest>(store.objects, keys.request(runId), 'squall.request.v1')
  const pool = new GeneratorPool(store, request.shardCount)
  try {
    await executeEmbedded(store, pool, runId, announcing)
  } finally {
    await pool.terminate()
  }
}
