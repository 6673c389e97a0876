import { expect, it } from 'vitest'
import { plan } from '../../functions/plan.ts'
import { DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import type { Ports } from '../../lib/workflow/ports.ts'
import type { RunRequest } from '../../lib/workflow/run-request.ts'
import { closed, flow, get, scenario, target } from '../generate/engine-fixture.ts'
import { runId, storedRun } from './stored-run.ts'

const pricing = { region: 'us-east-1', network: 'internet', retentionDays: 30 } as const
const planning = { kind: 'cloud', legTimes: CLOUD_LEG_TIMES, pricing } as const

it('fixes the common start after all that comes before it, and legs at absolute times', async () => {
  const server = await target()
  let nowMs = 1_000_000
  const wanted = scenario(server.url, [closed(4, 3_600_000)], [flow([get('/')])], { before: [get('/login')] })
  const { store, ports } = await storedRun(wanted, { shardCount: 4 })
  await store.objects.delete(keys.plan(runId))
  // `before:` takes 20 s.
  const secrets = async () => {
    nowMs += 20_000
    return {}
  }
  const output = await plan({ ...ports, planning, secrets, epochMs: () => nowMs })({ runId })
  const made = await needArtifact<Plan>(store.objects, keys.plan(runId), 'squall.plan.v1')
  expect(server.urls()).toEqual(['GET /login'])
  expect(made.startAtMs).toBe(1_020_000 + 15_000 + 4 * 10)
  expect(output.legs.map(({ invokeAt }) => Date.parse(invokeAt) - (made.startAtMs ?? 0))).toEqual([
    -15_040, 695_000, 1_415_000, 2_135_000, 2_855_000,
  ])
  expect(await store.runs.get(runId)).toMatchObject({ state: 'running', generators: 4, loadMs: 3_600_000 })
})

it.each([
  ['the lowest of those that are given', 2, { usd: 1, setBy: 'caller' }],
  ["the scenario's own", 0.5, { usd: 0.5, setBy: 'scenario' }],
])('fixes the budget of a run in the cloud: %s', async (_, budgetUsd, budget) => {
  const wanted = scenario('http://127.0.0.1:1', [closed(1, 1000)], [flow([get('/')])], { budgetUsd })
  const { store, ports } = await storedRun(wanted)
  const request = await needArtifact<RunRequest>(store.objects, keys.request(runId), 'squall.request.v1')
  await putArtifact<RunRequest>(store.objects, keys.request(runId), { ...request, estimateUsdMax: 1 })
  const planned = async (planning: Ports['planning']) => {
    await store.objects.delete(keys.plan(runId))
    await plan({ ...ports, planning })({ runId })
    return needArtifact<Plan>(store.objects, keys.plan(runId), 'squall.plan.v1')
  }
  expect((await planned({ ...planning, ceilings: DEFAULT_CEILINGS })).budget).toEqual(budget)
  expect((await planned({ kind: 'local' })).budget).toBeUndefined()
})

it('done again it gives the plan that is there, and runs `before:` no second time', async () => {
  const server = await target()
  const wanted = scenario(server.url, [closed(1, 1000)], [flow([get('/')])], { before: [get('/login')] })
  const { store, ports } = await storedRun(wanted)
  await store.objects.delete(keys.plan(runId))
  const first = await plan({ ...ports, planning })({ runId })
  expect(await plan({ ...ports, planning })({ runId })).toEqual(first)
  expect(server.urls()).toEqual(['GET /login'])
})

it('done twice at the same time it gives one plan, which is the one that is stored', async () => {
  const wanted = scenario('http://127.0.0.1:1', [closed(1, 1000)], [flow([get('/')])])
  const { store, ports } = await storedRun(wanted)
  await store.objects.delete(keys.plan(runId))
  let nowMs = 1_000_000
  const later = { ...ports, planning, epochMs: () => (nowMs += 1000) }
  const [one, other] = await Promise.all([plan(later)({ runId }), plan(later)({ runId })])
  const stored = await needArtifact<Plan>(store.objects, keys.plan(runId), 'squall.plan.v1')
  expect(one).toEqual(other)
  expect(one.legs.map(({ invokeAt }) => invokeAt)).toEqual(stored.legs.map(({ invokeAt }) => invokeAt))
})
