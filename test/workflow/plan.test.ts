import { describe, expect, it } from 'vitest'
import { aggregate } from '../../functions/aggregate.ts'
import { plan } from '../../functions/plan.ts'
import { watch } from '../../functions/watch.ts'
import { DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import type { RunRecord } from '../../lib/store/run-store.ts'
import type { Ports } from '../../lib/workflow/ports.ts'
import type { RunRequest } from '../../lib/workflow/run-request.ts'
import { sleep } from '../../lib/workflow/sleep.ts'
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

it('a run that was given up while `before:` went on stays refused, and gets no plan', async () => {
  let giveUp = async () => {}
  const server = await target((_, response) => void giveUp().then(() => response.end('ok')))
  const wanted = scenario(server.url, [closed(1, 1000)], [flow([get('/')])], { before: [get('/login')] })
  const { store, ports } = await storedRun(wanted)
  await store.objects.delete(keys.plan(runId))
  await store.runs.update(runId, { state: 'planned' })
  // What stopped.asl.json does where the execution has ended without Plan: Watch, then Aggregate.
  giveUp = async () => {
    await watch(ports)({ runId, abort: 'the execution ended as FAILED' })
    await aggregate(ports)({ runId })
  }
  await expect(plan({ ...ports, planning })({ runId })).rejects.toThrow('given up')
  expect(await store.runs.get(runId)).toMatchObject({ state: 'refused', headline: 'the execution ended as FAILED' })
  expect(await store.objects.get(keys.plan(runId))).toBeUndefined()
})

it('the beat is raised while `before:` goes on', async () => {
  let seen: number | undefined
  const server = await target(async (_, response) => {
    seen = (await store.runs.control(runId))?.beat
    response.end('ok')
  })
  const wanted = scenario(server.url, [closed(1, 1000)], [flow([get('/')])], { before: [get('/login')] })
  const { store, ports } = await storedRun(wanted)
  await store.objects.delete(keys.plan(runId))
  await plan({ ...ports, planning })({ runId })
  expect(seen).toBeGreaterThan(0)
})

it('`before:` that does not end in the time that Plan has in AWS is refused, and says so', async () => {
  const server = await target(() => {})
  const wanted = scenario(server.url, [closed(1, 1000)], [flow([get('/')])], { before: [get('/login')] })
  const { store, ports } = await storedRun(wanted)
  await store.objects.delete(keys.plan(runId))
  await store.runs.update(runId, { state: 'planned' })
  let longestMs = 0
  const soon = (ms: number, signal?: AbortSignal) => {
    longestMs = Math.max(longestMs, ms)
    return sleep(50, signal)
  }
  await expect(plan({ ...ports, planning, sleep: soon })({ runId })).rejects.toThrow(
    /^before: it was not done after 45 s/,
  )
  expect(longestMs).toBeGreaterThan(40_000)
  expect(await store.runs.get(runId)).toMatchObject({ state: 'refused', headline: expect.stringMatching(/^before: /) })
})

describe('a plan is refused', () => {
  const refusedBy = async (more: Partial<Scenario>, world: Partial<Ports>): Promise<RunRecord | undefined> => {
    const server = await target()
    const { store, ports } = await storedRun(
      scenario(server.url, [closed(1, 1000)], [flow([get('/')])], { before: [get('/login')], ...more }),
    )
    await store.objects.delete(keys.plan(runId))
    await store.runs.update(runId, { state: 'planned' })
    await expect(plan({ ...ports, planning, ...world })({ runId })).rejects.toThrow()
    expect(server.seen).toEqual([])
    expect(await store.objects.get(keys.plan(runId))).toBeUndefined()
    return store.runs.get(runId)
  }
  const elsewhere = { hosts: ['shop.example.com'], cidrs: [], ports: [80, 443] }
  const ceilings = { ...DEFAULT_CEILINGS, durationMs: 500, budgetUsd: 0.000001 }

  it('for a target that is not allowed, before anything is sent', async () => {
    const record = await refusedBy({}, { allow: elsewhere })
    expect(record).toMatchObject({ state: 'refused', headline: expect.stringMatching(/^target: .*127\.0\.0\.1/) })
    expect(record?.endedAt).toBeDefined()
  })

  it('for secrets that are nowhere, each by its name', async () => {
    const record = await refusedBy({ secrets: ['TOKEN', 'KEY', 'KNOWN'] }, { secrets: async () => ({ KNOWN: 'x' }) })
    expect(record?.headline).toBe(
      "secret.TOKEN, secret.KEY: not in Parameter Store or Secrets Manager under the deployment's prefix (secretPrefix in squall.config.ts)",
    )
  })

  it('for secrets that cannot be read', async () => {
    const secrets = () => Promise.reject(new Error('secret.TOKEN: a secret with "value" and "hosts" must be so'))
    const record = await refusedBy({ secrets: ['TOKEN'] }, { secrets })
    expect(record?.headline).toMatch(/^secret.TOKEN: a secret with/)
  })

  it('for its ceilings and its budget, though they were no obstacle when it was asked for', async () => {
    const record = await refusedBy({}, { planning: { ...planning, ceilings } })
    expect(record?.headline).toMatch(/the load lasts 1 seconds, and this deployment allows 0\.5/)
    expect(record?.headline).toMatch(/the run would cost about .*, and the deployment's ceiling is/)
  })

  it('with everything that forbids it at once', async () => {
    const record = await refusedBy({ secrets: ['TOKEN'] }, { allow: elsewhere, planning: { ...planning, ceilings } })
    for (const part of ['load: ', 'budget: ', 'target: ', 'secret.TOKEN']) expect(record?.headline).toContain(part)
  })
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
