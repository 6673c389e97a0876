import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn'
import { inject } from 'vitest'
import { deployedStore } from './api-run.ts'
import { allLogs } from './function-logs.ts'

/**
 * Every text that a run could have left in the deployment, by where it is: all objects of the bucket (bytes as latin1), all
 * items of the table, all logs since then, and the history of its execution. LocalStack lists no executions of a Distributed
 * Map: their inputs are ids and numbers, their outputs null.
 */
export async function leftByRun(runId: string, sinceMs: number): Promise<ReadonlyMap<string, string>> {
  const left = new Map<string, string>()
  const { objects } = deployedStore()
  for (const key of await objects.list('')) {
    const bytes = await objects.get(key)
    left.set(`object ${key}`, Buffer.from(bytes ?? []).toString('latin1'))
  }
  for (const item of await everyItem()) left.set(`item ${item['pk']?.S} ${item['sk']?.S}`, JSON.stringify(item))
  for (const [group, lines] of await allLogs(sinceMs)) left.set(`log ${group}`, lines.join('\n'))
  const executionArn = `${inject('deployed').stateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`
  left.set(`history ${executionArn}`, await historyOf(executionArn))
  return left
}

async function everyItem(): Promise<readonly Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = []
  const pages = paginateScan({ client: new DynamoDBClient() }, { TableName: inject('deployed').table })
  for await (const { Items = [] } of pages) items.push(...Items)
  return items
}

/** With inputs and outputs of every state. */
async function historyOf(executionArn: string): Promise<string> {
  const client = new SFNClient()
  const lines: string[] = []
  for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn }))
    lines.push(...events.map(event => JSON.stringify(event)))
  return lines.join('\n')
}
