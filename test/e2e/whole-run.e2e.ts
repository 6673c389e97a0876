import { expect, it } from 'vitest'
import { keys } from '../../lib/store/keys.ts'
import { deployedStore, expectedResult, startRun } from './api-run.ts'
import { ask } from './http-api.ts'
import { countsByIteration, recordingTarget } from './recording-target.ts'

const ratePerSecond = 20
const loadMs = 40_000
const planned = (ratePerSecond * loadMs) / 1000
const generators = 11
const legs = 2

type Estimated = { readonly estimate: { readonly totalUsd: number } }

it('twenty-two generators over two legs send every request once, and the verdict, the artifacts and the report say so', async () => {
  const target = await recordingTarget()
  const scenario = {
    squall: 1,
    name: 'whole run',
    target: target.url,
    load: [{ rate: `${ratePerSecond}/s`, for: `${loadMs}ms` }],
    steps: [{ get: '/item?n={{ iteration }}', name: 'item' }],
    thresholds: ['errors < 1%', 'p95 < 30s'],
  }
  // A budget a hair above the estimate: what sends nothing over the internet costs no more than was foreseen at any time
  // (docs/cost.md), so that it must not stop the run, however slow this machine is.
  const { estimate } = (await ask('POST', 'estimates', { scenario, generators })).json as Estimated
  const run = await startRun({ ...scenario, budget: `${(estimate.totalUsd * 1.001).toFixed(8)} USD` }, generators)
  const ended = await run.ended()
  expect(ended).toMatchObject({ id: run.id, scenario: 'whole run', state: 'done' })
  // Request by request: each arrival of the plan came once, and the report counts exactly those that came.
  const counts = countsByIteration(target.requests, planned)
  const doubled = counts.flatMap((count, iteration) => (count > 1 ? [iteration] : []))
  const missing = counts.flatMap((count, iteration) => (count === 0 ? [iteration] : []))
  const report = await run.report()
  const result = expectedResult(report)
  expect([ended.verdict, ended.headline]).toEqual([result, expect.any(String)])
  const { arrivals, total, requests, interrupted } = report
  console.error(
    `planned ${arrivals.planned}, started ${arrivals.started}, missed ${arrivals.missed}; ` +
      `received ${target.requests.length}, counted ${total.count}, interrupted ${interrupted}; ` +
      `doubled ${doubled.length}, missing ${missing.length}`,
  )
  expect(doubled).toEqual([])
  expect(arrivals.planned).toBe(planned)
  expect(arrivals.started).toBe(target.requests.length)
  expect(arrivals.missed).toBe(missing.length)
  expect(total.count + interrupted).toBe(target.requests.length)
  expect(total).toMatchObject({ failures: 0, statuses: { 200: total.count } })
  expect(requests).toMatchObject([{ name: 'item', count: total.count }])
  expect(report.lost).toEqual([])
  expect(report.run.generatorCount).toBe(generators)

  // The verdict as it is in the table, and every artifact of the bucket.
  const store = deployedStore()
  expect(await store.runs.verdict(run.id)).toMatchObject({
    scenario: 'whole run',
    result,
    headline: (await run.record()).headline,
    thresholds: [{ text: expect.stringContaining('errors'), result: 'pass' }, { result: 'pass' }],
  })
  const stored = await store.objects.list(keys.run(run.id))
  const expected = [
    keys.request(run.id),
    keys.plan(run.id),
    keys.report(run.id, 'report.json'),
    keys.report(run.id, 'report.html'),
  ]
  for (let leg = 0; leg < legs; leg++) {
    expected.push(keys.legSummary(run.id, leg))
    for (let shard = 0; shard < generators; shard++)
      expected.push(keys.claim(run.id, leg, shard), keys.shardResult(run.id, leg, shard))
  }
  expect(stored).toEqual(expect.arrayContaining(expected))

  const html = await ask('GET', `runs/${run.id}/report.html`)
  expect(html.status).toBe(200)
  expect(html.headers.get('content-type')).toContain('text/html')
  expect(html.text).toContain('whole run')
  const verdict = await ask('GET', `runs/${run.id}/verdict`)
  expect(verdict.json).toMatchObject({ runId: run.id, result })
  expect((await ask('GET', 'runs?limit=1')).json).toMatchObject({ runs: [{ id: run.id }] })
})
