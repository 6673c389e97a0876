import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn'
import { inject, onTestFailed } from 'vitest'

/** As many lines of each function's log are shown. */
const linesShown = 40
const functions = ['api', 'plan', 'generate', 'watch', 'merge', 'aggregate', 'announce'] as const

/** Where the test fails, what its run's execution and the functions said since it began is printed. */
export function tellOnFailure(runId: () => string | undefined): void {
  const sinceMs = Date.now()
  onTestFailed(async () => {
    const id = runId()
    if (id !== undefined) console.error(await executionOf(id).catch(error => `no execution of ${id}: ${error}`))
    for (const name of functions) {
      const lines = await logOf(name, sinceMs).catch(error => [`cannot be read: ${error}`])
      console.error([`-- log of ${name}, the last of ${lines.length} lines:`, ...lines.slice(-linesShown)].join('\n'))
    }
  })
}

/** The execution's state and the events of its history that tell of a failure. */
async function executionOf(runId: string): Promise<string> {
  const client = new SFNClient()
  const executionArn = `${inject('deployed').stateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`
  const { status, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }))
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 200 }),
  )
  const bad = events.filter(({ type }) => /Failed|TimedOut|Aborted/.test(type ?? ''))
  const told = bad.map(event => `   ${JSON.stringify(event)}`)
  return [`-- execution ${runId}: ${status} ${error ?? ''} ${cause ?? ''}`, ...told].join('\n')
}

/** The lines of one function. */
async function logOf(name: string, sinceMs: number): Promise<readonly string[]> {
  return linesOf(`/aws/lambda/${inject('deployed').stack}-${name}`, sinceMs)
}

/** Every line of every log group since then, by the group's name: of functions, state machines and the API's accesses. */
export async function allLogs(sinceMs: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const groups = await pagesOf<'logGroups', { readonly logGroupName: string }>('DescribeLogGroups', 'logGroups', {})
  const logs = new Map<string, readonly string[]>()
  for (const { logGroupName } of groups) logs.set(logGroupName, await linesOf(logGroupName, sinceMs))
  return logs
}

async function linesOf(logGroupName: string, sinceMs: number): Promise<readonly string[]> {
  const events = await pagesOf<'events', { readonly message: string }>('FilterLogEvents', 'events', {
    logGroupName,
    startTime: sinceMs,
  })
  return events.map(({ message }) => message.trimEnd())
}

/**
 * Asked of CloudWatch Logs without its client, of which nothing else here would be used. The local AWS routes by the name in
 * the credential's scope and checks no signature.
 */
async function pagesOf<Key extends string, Item>(action: string, key: Key, question: object): Promise<readonly Item[]> {
  const items: Item[] = []
  let nextToken: string | undefined
  do {
    const answer = await fetch(inject('deployed').environment['AWS_ENDPOINT_URL'] ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Logs_20140328.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ ...question, ...(nextToken !== undefined && { nextToken }) }),
    })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    const page = (await answer.json()) as { readonly [key in Key]?: readonly Item[] } & { readonly nextToken?: string }
    items.push(...(page[key] ?? []))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return items
}
