import { SFNClient, SFNServiceException, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { RunStore } from '../store/run-store.ts'
import { NeverStarted } from './never-started.ts'
import type { Engine } from './start-run.ts'

/** By these Step Functions says that it has not begun the execution, and why it would not the next time. */
const refusals: readonly string[] = [
  'AccessDeniedException',
  'ExecutionLimitExceeded',
  'InvalidArn',
  'InvalidExecutionInput',
  'InvalidName',
  'KmsAccessDeniedException',
  'KmsInvalidStateException',
  'StateMachineDeleting',
  'StateMachineDoesNotExist',
  'ValidationException',
]

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
        if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return
        throw isRefusal(error) ? new NeverStarted(`Step Functions refused it: ${error.message}`, error) : error
      }
    },
    abort: (runId, reason) => runs.abort(runId, reason),
  }
}

/** Of several attempts an earlier one may have begun the execution, and its answer have been lost. */
function isRefusal(error: unknown): error is SFNServiceException {
  return error instanceof SFNServiceException && refusals.includes(error.name) && error.$metadata.attempts === 1
}
