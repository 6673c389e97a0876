import { expect, it } from 'vitest'
import { startRun } from './api-run.ts'
import { ask } from './http-api.ts'
import { recordingTarget } from './recording-target.ts'

/** What the design promises (decision 9), from the API's answer on. */
const silentWithinMs = 5000

it('an abort stops all load within 5 s, and the run is inconclusive', async () => {
  const target = await recordingTarget()
  const run = await startRun(
    {
      squall: 1,
      name: 'aborted run',
      target: target.url,
      load: [{ rate: '40/s', for: '5m' }],
      steps: [{ get: '/item' }],
    },
    4,
  )
  await target.received(100)
  const aborted = await ask('POST', `runs/${run.id}/abort`, { reason: 'seen enough' })
  const abortedMs = Date.now()
  expect(aborted.status).toBeLessThan(300)
  const silentMs = (await target.silence(8000)) - abortedMs
  const received = target.requests.length
  console.error(`silent ${silentMs} ms after the abort`)
  expect(silentMs).toBeLessThan(silentWithinMs)

  expect(await run.ended()).toMatchObject({ state: 'done', verdict: 'inconclusive' })
  const report = await run.report()
  expect(report.generators.map(({ state }) => state)).toEqual(Array(4).fill('aborted'))
  // Interrupted is, too, what the stop found on its way to the target.
  expect(report.total.count).toBeLessThanOrEqual(received)
  expect(report.total.count + report.interrupted).toBeGreaterThanOrEqual(received)
  expect(target.requests.length).toBe(received)
})
