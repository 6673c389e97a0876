import { expect, it } from 'vitest'
import { startRun } from './api-run.ts'
import { processOfConnection } from './generator-process.ts'
import { countsByIteration, recordingTarget } from './recording-target.ts'

const generators = 4
const planned = 20 * 20

it('a generator that is killed in mid-run makes the run inconclusive, and its share is named', async () => {
  const target = await recordingTarget()
  const run = await startRun(
    {
      squall: 1,
      name: 'killed generator',
      target: target.url,
      load: [{ rate: '20/s', for: '20s' }],
      steps: [{ get: '/item?n={{ iteration }}' }],
      thresholds: ['errors < 1%'],
    },
    generators,
  )
  await target.received(100)
  const last = target.requests.at(-1)
  process.kill(processOfConnection(last?.remotePort ?? 0, target.port), 'SIGKILL')

  expect(await run.ended()).toMatchObject({ state: 'done', verdict: 'inconclusive' })
  const report = await run.report()
  const [lost, ...more] = report.lost
  expect(more).toEqual([])
  // Iteration i belongs to shard i mod n: the killed one is the one whose iterations stay away.
  const counts = countsByIteration(target.requests, planned)
  const missing = counts.flatMap((count, iteration) => (count === 0 ? [iteration % generators] : []))
  console.error(`lost: ${JSON.stringify(lost)}; ${missing.length} of ${planned} iterations were not sent`)
  expect(new Set(missing)).toEqual(new Set([lost?.shard]))
  expect(lost?.share).toBeCloseTo(1 / generators, 5)
  expect(lost?.cause).not.toBe('')
  expect(Math.max(...counts)).toBe(1)
  expect(report.verdict.reasons.join('\n')).toMatch(/lost/)
})
