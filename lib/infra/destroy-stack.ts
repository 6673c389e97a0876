import { DeleteStackCommand, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation'
import { paginateListExecutions, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { cloudError, isNamed } from '../store/cloud-error.ts'
import { openCloudStore } from '../store/cloud-store.ts'
import { sleep } from '../workflow/sleep.ts'
import type { CloudClients } from './cloud-clients.ts'
import { type DeployedStack, describeStack } from './deployed-stack.ts'
import { emptyBucket } from './empty-bucket.ts'

/** Functions in a VPC take up to 40 minutes, until their network interfaces are gone; all others a minute or two. */
const longestMs = 60 * 60_000
const pollMs = 2000

/** Ids of the runs under way: their executions have the same names. */
export async function runsUnderWay(
  { executions }: CloudClients,
  { stateMachineArn }: DeployedStack,
): Promise<string[]> {
  const names: string[] = []
  const pages = paginateListExecutions({ client: executions }, { stateMachineArn, statusFilter: 'RUNNING' })
  for await (const page of pages) for (const { name } of page.executions ?? []) if (name !== undefined) names.push(name)
  return names
}

export type RunStop = {
  readonly runId: string
  /** Why the control item could not be written, or the execution not be ended. */
  readonly failures: readonly string[]
  /** One of the two is enough: generators follow the item, and stop where nobody beats any more. */
  readonly isTold: boolean
}

/**
 * Stops what is under way: by the control item, which every generator follows within 5 s, and by ending the execution.
 * Generators that cannot read the item any more, because the table is gone, stop after 15 s by themselves.
 */
export async function stopRuns(
  { executions }: CloudClients,
  { bucket, table, stateMachineArn, id }: DeployedStack,
  runIds: readonly string[],
): Promise<readonly RunStop[]> {
  const region = id.split(':')[3]
  const { credentials } = executions.config
  const { runs } = openCloudStore({ bucket, table, credentials, ...(region !== undefined && { region }) })
  const stops: RunStop[] = []
  for (const runId of runIds) {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`
    const abort = await failureOf(runs.abort(runId, 'the deployment is being destroyed'))
    const ending = executions.send(new StopExecutionCommand({ executionArn, cause: 'squall destroy' }))
    const end = await failureOf(
      ending.catch((error: unknown) => {
        // It came to its end in the meantime.
        if (!isNamed(error, 'ExecutionDoesNotExist')) throw cloudError('end', `the execution ${runId}`, error)
      }),
    )
    const failures = [abort, end].filter(failure => failure !== undefined)
    stops.push({ runId, failures, isTold: abort === undefined || end === undefined })
  }
  return stops
}

async function failureOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Empties the bucket, unless it is kept, and deletes the stack. A generator that was under way may still write its result
 * between the two: then CloudFormation finds the bucket not empty, and both are done once more. Gives the reasons of
 * CloudFormation where it fails.
 */
export async function removeStack(
  clients: CloudClients,
  stack: DeployedStack,
  tell: (text: string) => void,
): Promise<readonly string[]> {
  const { cloudFormation, s3 } = clients
  const keepsBucket = stack.kept.some(({ type }) => type === 'AWS::S3::Bucket')
  for (let attempt = 1; ; attempt++) {
    if (!keepsBucket) {
      const objects = await emptyBucket(s3, stack.bucket)
      tell(`deleted ${objects} object${objects === 1 ? '' : 's'} of ${stack.bucket}`)
    }
    tell('CloudFormation deletes the stack')
    await cloudFormation.send(new DeleteStackCommand({ StackName: stack.id }))
    const status = await stackEnd(clients, stack.id)
    if (status === 'DELETE_COMPLETE') return []
    if (attempt === 2) return [status, ...(await failures(clients, stack.id))]
    tell(`it says ${status}; once more`)
  }
}

async function stackEnd(clients: CloudClients, stackId: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += pollMs) {
    const status = (await describeStack(clients, stackId))?.StackStatus ?? 'DELETE_COMPLETE'
    if (status !== 'DELETE_IN_PROGRESS') return status
    await sleep(pollMs)
  }
  return 'DELETE_IN_PROGRESS'
}

async function failures({ cloudFormation }: CloudClients, stackId: string): Promise<readonly string[]> {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackId }))
  return StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED').map(
    ({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`,
  )
}
