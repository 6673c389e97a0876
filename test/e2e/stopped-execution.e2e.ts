import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { expect, inject, it } from 'vitest'
import { startRun } from './api-run.ts'
import { recordingTarget } from './recording-target.ts'

it('an execution that is stopped from the console leaves no load, and ends in a verdict', async () => {
  const target = await recordingTarget()
  const run = await startRun(
    {
      squall: 1,
      name: 'stopped execution',
      target: target.url,
      load: [{ rate: '20/s', for: '5m' }],
      steps: [{ get: '/item' }],
    },
    3,
  )
  await target.received(60)
  const executionArn = `${inject('deployed').stateMachineArn.replace(':stateMachine:', ':execution:')}:${run.id}`
  await new SFNClient().send(new StopExecutionCommand({ executionArn, cause: 'stopped by hand' }))
  const stoppedMs = Date.now()
  console.error(`silent ${(await target.silence(10_000)) - stoppedMs} ms after StopExecution`)
  const received = target.requests.length
  expect(await run.ended()).toMatchObject({ state: 'done', verdict: 'inconclusive' })
  expect(target.requests.length).toBe(received)
  const report = await run.report()
  // Interrupted is, too, what the stop found on its way to the target.
  expect(report.total.count).toBeLessThanOrEqual(received)
  expect(report.total.count + report.interrupted).toBeGreaterThanOrEqual(received)
})
