import { needArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { LocalStore } from '../store/local-store.ts'
import { executeEmbedded } from './execute-embedded.ts'
import { GeneratorPool } from './generator-pool.ts'
import type { LocalLimits } from './local-ports.ts'
import type { VerdictEvent } from './ports.ts'
import type { RunRequest } from './run-request.ts'
import type { Engine } from './start-run.ts'

export type LocalEngine = Engine & {
  /** Asks every run that is under way to stop, and waits for their reports. */
  stopAll(reason: string): Promise<void>
}

export type EngineListener = {
  readonly onVerdict: (event: VerdictEvent) => void
  readonly onBroken: (runId: string, error: unknown) => void
}

/** Runs the workflow in this process: each run has generator threads of its own, which keep to the limits. */
export function localEngine(
  store: LocalStore,
  limits: Required<LocalLimits>,
  { onVerdict, onBroken }: EngineListener,
): LocalEngine {
  const underWay = new Map<string, Promise<void>>()
  const announcing = { announce: async (event: VerdictEvent) => onVerdict(event) }

  async function execute(runId: string): Promise<void> {
    const request = await needArtifact<RunRequest>(store.objects, keys.request(runId), 'squall.request.v1')
    const pool = new GeneratorPool(store, request.shardCount, limits)
    try {
      await executeEmbedded(store, pool, runId, { announcing, limits })
    } finally {
      await pool.terminate()
    }
  }

  async function record(runId: string, error: unknown): Promise<void> {
    onBroken(runId, error)
    const found = await store.runs.get(runId)
    if (found?.state !== 'running' && found?.state !== 'planned') return
    const headline = `broken: ${error instanceof Error ? error.message : String(error)}`
    await store.runs.update(runId, { state: 'lost', endedAt: new Date().toISOString(), headline })
  }

  return {
    async start(runId) {
      if (underWay.has(runId)) return
      const running = execute(runId)
        .catch((error: unknown) => record(runId, error))
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
