import { describe, expect, it } from 'vitest'
import { stopTakesMs } from '../../lib/judge/budget-breach.ts'
import { makePlan } from '../../lib/plan/make-plan.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { costIfEnded } from '../../lib/plan/running-cost.ts'
import type { Report } from '../../lib/report/report.ts'
import { parseThreshold } from '../../lib/scenario/threshold.ts'
import { keys } from '../../lib/store/keys.ts'
import type { LocalStore } from '../../lib/store/local-store.ts'
import type { RunStore } from '../../lib/store/run-store.ts'
import { costBasis } from '../../lib/workflow/run-cost.ts'
import { flow, get, must, open, scenario } from '../generate/engine-fixture.ts'
import { recordingTarget } from './recording-target.ts'
import { type LegRunOptions, pricing, runInLegs } from './run-in-legs.ts'

// 40 legs of 1.5 s: a minute, were they waited for.
const legs = { legMs: 1500, changeMs: 200, leadMs: 900, drainMs: 500, startLeadMs: 1200 }
const loadMs = 60_000
const quick = { snapshotEveryMs: 200 }
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** When the load has been seen for a second and a half. */
async function loaded(store: LocalStore, runId: string): Promise<void> {
  while ((await store.objects.get(keys.live(runId))) === undefined) await wait(50)
  await wait(1500)
}

type Target = Awaited<ReturnType<typeof recordingTarget>>

async function runWith(
  given: LegRunOptions | ((server: Target) => LegRunOptions),
  thresholds: readonly string[] = [],
  lengthMs = loadMs,
) {
  const server = await recordingTarget()
  const options = typeof given === 'function' ? given(server) : given
  // As many users as could be due while a busy machine stands still: none of its arrivals is missed.
  const wanted = scenario(server.url, [open(50, lengthMs, { maxUsers: 400 })], [flow([get('/')])], {
    pacing: 'frugal',
    thresholds: thresholds.map(text => must(parseThreshold(text))),
  })
  let invoked = 0
  const run = await runInLegs(wanted, {
    legs,
    shards: 2,
    invoke: generate => {
      invoked++
      return generate()
    },
    ...options,
    figures: { ...quick, ...options.figures },
  })
  // Who waited for the legs to come would have invoked the generators of each, however long this machine took for it.
  if (lengthMs === loadMs) expect(invoked).toBeLessThan(run.plan.legs.length * 2)
  const { report, called } = run
  expect(called.slice(-2)).toEqual(['Aggregate', 'Announce'])
  // The stop itself loses nothing: each answer was counted, and what came without one is interrupted. So is what the stop
  // found on its way to the target.
  expect(report.total.count).toBeLessThanOrEqual(server.requests.length)
  expect(report.total.count + report.interrupted).toBeGreaterThanOrEqual(server.requests.length)
  // And no shard of a leg that was never begun is called lost.
  expect(report.lost).toEqual([])
  return { ...run, server, lastMs: server.requests.at(-1)?.atMs ?? 0 }
}

/** But that a busy machine kept the generators, which Squall has to say where it is so. */
const reasonsOf = ({ verdict }: Report) => verdict.reasons.filter(reason => !/could not keep up/.test(reason))

/** The cost of the run so long after the start of the load, as its budget. */
function budgetAfter(ms: number) {
  const of = scenario('http://127.0.0.1:1', [open(50, loadMs, { maxUsers: 50 })], [flow([get('/')])])
  const fixed = { runId: 'r', scenarioHash: '', seed: 1, shardCount: 2, nowMs: 0, local: false }
  const plan = { ...makePlan({ scenario: of, ...fixed, legTimes: { ...CLOUD_LEG_TIMES, ...legs } }), ...quick }
  const atMs = (plan.startAtMs ?? 0) + ms
  const nothing = { legEndsMs: new Map(), bytesOut: 0, bytesIn: 0 }
  const usd = costIfEnded(plan, { atMs, ...nothing }, costBasis(pricing))
  return { budget: { usd, setBy: 'caller' } as const, stopMs: stopTakesMs(plan) }
}

describe('a run in legs', () => {
  it('that is aborted is silent within 5 s, and nobody waits for the legs to come', async () => {
    let abortedMs = Number.NaN
    const { lastMs, report, announced } = await runWith({
      onStart: async (store, runId) => {
        await loaded(store, runId)
        abortedMs = Date.now()
        await store.runs.abort(runId, 'enough')
      },
    })
    expect(lastMs - abortedMs).toBeLessThan(5000)
    expect(report.verdict.result).toBe('inconclusive')
    expect(reasonsOf(report)).toEqual([expect.stringMatching(/^stopped after/)])
    expect(announced).toMatchObject([{ runId: 'in-legs', verdict: 'inconclusive' }])
  }, 120_000)

  it('that breaches an abort threshold fails, and is stopped', async () => {
    const { report } = await runWith({}, ['requests < 100 or abort'])
    expect(report.verdict.result).toBe('fail')
    expect(report.verdict.thresholds[0]?.reason).toMatch(/stopped after/)
  }, 120_000)

  it('whose budget is used up in mid-run is silent within 5 s, and every report says what it cost', async () => {
    const { budget, stopMs } = budgetAfter(3000)
    let abortedMs = Number.NaN
    const { lastMs, report, runId, store, announced } = await runWith({
      figures: { budget },
      onStart: async (store, runId) => {
        while ((await store.runs.control(runId))?.abort === undefined) await wait(20)
        abortedMs = Date.now()
      },
    })
    expect(lastMs - abortedMs).toBeLessThan(5000)
    expect(report.generators.map(({ state }) => state)).toContain('aborted')
    const reason =
      /^stopped after .* by its budget: about .* USD so far, .* USD once all has ended; the caller's budget is /
    expect(report.verdict.result).toBe('inconclusive')
    expect(reasonsOf(report)).toEqual([expect.stringMatching(reason)])
    // It ended below its budget but for what nobody foresees: this machine's own delays.
    expect(report.cost?.actualUsd).toBeLessThan(budgetAfter(3000 + 4 * stopMs).budget.usd)
    expect(announced).toMatchObject([{ verdict: 'inconclusive', headline: expect.stringMatching(/by its budget/) }])
    for (const name of ['report.html', 'report.md', 'report.xml']) {
      const bytes = await store.objects.get(keys.report(runId, name))
      expect(new TextDecoder().decode(bytes), name).toMatch(/by its budget: about .* USD so far/)
    }
  }, 120_000)

  it('whose execution is stopped from the console leaves no load: the functions that run on are stopped, and reported', async () => {
    let stoppedMs = Number.NaN
    const { lastMs, report, announced } = await runWith({
      stopExecution: async (store, runId) => {
        await loaded(store, runId)
        stoppedMs = Date.now()
      },
    })
    expect(lastMs - stoppedMs).toBeLessThan(5000)
    expect(report.verdict.result).toBe('inconclusive')
    expect(reasonsOf(report)).toEqual([expect.stringMatching(/^stopped after/)])
    expect(announced).toMatchObject([{ verdict: 'inconclusive' }])
  }, 120_000)
})

/** The run's store, with another way to one of its methods. */
function runsWith({ runs }: LocalStore, change: Partial<RunStore>): RunStore {
  return new Proxy(runs, {
    get: (target, key: keyof RunStore) => change[key] ?? target[key].bind(target),
  })
}

describe('generators of a run of two legs that', () => {
  it('see no beat stop by themselves, and those that come later do not begin', async () => {
    const figures = { beatEveryMs: 200, controlEveryMs: 118, leaseMs: 1000, unreadableMs: 500 }
    const { report, server } = await runWith(
      ({ requests }) => ({
        figures,
        ports: store => ({
          runs: runsWith(store, { beat: async id => (requests.length === 0 ? store.runs.beat(id) : undefined) }),
        }),
      }),
      [],
      3000,
    )
    expect(report.generators.map(({ state }) => state)).toEqual(['lease lost', 'lease lost'])
    expect(report.verdict.result).toBe('inconclusive')
    expect(report.verdict.reasons.join()).toMatch(/no sign of life for 1 s/)
    // No beat after the first request: some of the load was sent, but not all of both legs.
    expect(server.requests.length).toBeGreaterThan(0)
    expect(server.requests.length).toBeLessThan(150)
  }, 120_000)

  it('cannot read their control item stop by themselves', async () => {
    const figures = { controlEveryMs: 118, unreadableMs: 500 }
    const { report } = await runWith(
      ({ requests }) => ({
        figures,
        generatorPorts: store => ({
          runs: runsWith(store, {
            control: async id => {
              if (requests.length > 0) throw new Error('cut off')
              return store.runs.control(id)
            },
          }),
        }),
      }),
      [],
      3000,
    )
    expect(report.generators.map(({ state }) => state)).toEqual(['lease lost', 'lease lost'])
    expect(report.verdict.reasons.join()).toMatch(/could not be read for 0.5 s/)
  }, 120_000)
})
