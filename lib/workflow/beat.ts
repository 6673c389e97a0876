import type { Plan } from '../plan/plan.ts'
import type { Ports } from './ports.ts'

export type Beat = {
  /** Throws what the store said, once it has taken no beat for the length of the lease: then nobody can be watched. */
  check(): void
  end(): void
}

/**
 * Raises the lease's beat (decision 9) on a timer of its own, whatever else the watcher waits for. A beat that the store
 * does not take is tried again with the next one.
 */
export function keepBeat({ runs, epochMs, sleep }: Pick<Ports, 'runs' | 'epochMs' | 'sleep'>, plan: Plan): Beat {
  const ended = new AbortController()
  let takenMs = epochMs()
  let failure: unknown
  const beating = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      try {
        await runs.beat(plan.runId)
        takenMs = epochMs()
      } catch (error) {
        failure = error
      }
      await sleep(plan.beatEveryMs, ended.signal)
    }
  }
  beating().catch((error: unknown) => {
    failure = error
  })
  return {
    check() {
      if (epochMs() - takenMs > plan.leaseMs && failure !== undefined) throw failure
    },
    end: () => ended.abort(),
  }
}
