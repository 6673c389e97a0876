import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { RunStore } from '../store/run-store.ts'
import type { Engine } from './start-run.ts'

/** Executions of the state machine, named by the run. An abort goes the one way that all aborts go: the control item. */
export function cloudEngine(stateMachineArn: string, runs: RunStore): Engine {
  const client = new SFNClient({ maxAttempts: 3 })
  return {
    async start(runId) {
      try {
        const input = JSON.stringify({ runId })
        await client.send(new StartExecutionCommand({ stateMachineArn, name: runId, input }))
      } catch (error) {
        // An execution of this name has ended, or goes on with this input.
        if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error
      }
    },
    abort: (runId, reason) => runs.abort(runId, reason),
  }
}
