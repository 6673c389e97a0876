import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, inject, it } from 'vitest'
import { expectedResult, startRun } from './api-run.ts'
import { countsByIteration, recordingTarget } from './recording-target.ts'

const generators = 3
const planned = 15 * 20

it('a generator that is invoked twice sends its share once', async () => {
  const target = await recordingTarget()
  const run = await startRun(
    {
      squall: 1,
      name: 'doubled invocation',
      target: target.url,
      load: [{ rate: '15/s', for: '20s' }],
      steps: [{ get: '/item?n={{ iteration }}' }],
      thresholds: ['errors < 1%'],
    },
    generators,
  )
  await target.received(30)
  // As the workflow invokes it, and as the service may do a second time. It waits for the end of the first.
  const lambda = new LambdaClient({ requestHandler: { requestTimeout: 250_000 }, maxAttempts: 1 })
  const answers = await Promise.all(
    [0, 1, 2].map(shard =>
      lambda.send(
        new InvokeCommand({
          FunctionName: `${inject('deployed').stack}-generate`,
          Payload: JSON.stringify({ runId: run.id, leg: 0, shard }),
        }),
      ),
    ),
  )
  for (const { FunctionError, Payload } of answers) {
    expect(FunctionError).toBeUndefined()
    expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual({ sent: false })
  }
  const ended = await run.ended()
  const counts = countsByIteration(target.requests, planned)
  console.error(`received ${target.requests.length} of ${planned}, each at most ${Math.max(...counts)} time(s)`)
  expect(Math.max(...counts)).toBe(1)
  const report = await run.report()
  expect(ended).toMatchObject({ state: 'done', verdict: expectedResult(report) })
  expect(report.arrivals.started).toBe(target.requests.length)
})
