import { expect, it } from 'vitest'
import { userLegSpan } from '../../lib/plan/legs.ts'
import type { Report } from '../../lib/report/report.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { closed, dataSet, flow, get, open, scenario, think } from '../generate/engine-fixture.ts'
import { recordingTarget, type Seen } from './recording-target.ts'
import { runInLegs } from './run-in-legs.ts'

const legs = { legMs: 250, changeMs: 100, leadMs: 1800, drainMs: 500, startLeadMs: 2200 }
const loadMs = 120 * 250
const rows = Array.from({ length: 2500 }, (_, row) => ({ id: `row-${row}` }))

/** Each request of an open phase says which arrival it is, what chance gave it, and which row of the data. */
const path = (name: string) => `/${name}/{{ iteration }}/{{ randomInt(1, 1000000) }}/{{ account.id }}`

function mixed(url: string): Scenario {
  const flows = [
    flow([get(path('even'))], { name: 'even' }),
    flow([get(path('poisson'))], { name: 'poisson' }),
    flow([get('/closed/{{ vu }}/{{ iteration }}'), think(40)], { name: 'closed' }),
  ]
  const track = (name: string, phase: Scenario['tracks'][number]['phases'][number]) => ({
    name,
    flows: [{ flow: name, weight: 1 }],
    mix: 'user' as const,
    phases: [phase],
  })
  return scenario(url, [], flows, {
    pacing: 'frugal',
    data: [dataSet('account', rows, { take: 'once' })],
    tracks: [
      track('even', open(30, loadMs, { maxUsers: 100 })),
      track('poisson', open(30, loadMs, { arrivals: 'poisson', maxUsers: 100 })),
      track('closed', closed(6, loadMs)),
    ],
  })
}

const urls = (seen: readonly Seen[], name: string) =>
  seen.flatMap(({ url }) => (url.startsWith(`/${name}/`) ? [url] : [])).sort()

const missedBy = (report: Report) => Object.values(report.arrivals.missedBy).reduce((sum, count) => sum + count, 0)

it('120 legs send what one leg sends, request by request; users live through every seam', async () => {
  const many = await recordingTarget()
  const one = await recordingTarget()
  const [inLegs, inOne] = await Promise.all([
    runInLegs(mixed(many.url), { legs, shards: 2, rows: { account: rows } }),
    runInLegs(mixed(one.url), { shards: 1, rows: { account: rows } }),
  ])
  expect(inLegs.plan.legs).toHaveLength(120)
  expect(inOne.plan.legs).toHaveLength(1)
  expect(inLegs.called.filter(name => name === 'Generate')).toHaveLength(240)
  expect(inLegs.called.slice(-2)).toEqual(['Aggregate', 'Announce'])
  expect(inLegs.report.lost).toEqual([])
  // What this machine was too busy to start in time is told as missed; all else is the same, request by request.
  const missed = { inLegs: missedBy(inLegs.report), inOne: missedBy(inOne.report) }
  for (const name of ['even', 'poisson']) {
    const [inMany, whole] = [urls(many.requests, name), urls(one.requests, name)]
    expect(new Set(inMany).size, 'nothing twice').toBe(inMany.length)
    expect(new Set([...inMany, ...whole]).size, 'nothing that the other would not send').toBeLessThanOrEqual(900)
    expect(900 - inMany.length).toBeLessThanOrEqual(missed.inLegs)
    expect(900 - whole.length).toBeLessThanOrEqual(missed.inOne)
    expect(inMany.filter(url => whole.includes(url)).length).toBeGreaterThan(450)
  }
  // What was counted is what came, in both.
  expect(inLegs.report.total.count + inLegs.report.interrupted).toBe(many.requests.length)
  expect(inOne.report.total.count + inOne.report.interrupted).toBe(one.requests.length)
  const { plan } = inLegs
  let begun = 0
  for (let user = 0; user < 6; user++) {
    // Iteration numbers begin anew with each leg.
    const firsts = many.requests.filter(({ url }) => url === `/closed/${user + 1}/0`)
    begun += firsts.length
    // Never early: the change from one leg to the next is at the user's own instant. 1 ms: the server's clock has no more.
    const early = firsts.filter(({ atMs }, place) => {
      const sinceStartMs = atMs - (plan.startAtMs ?? 0)
      return sinceStartMs < Math.floor(userLegSpan(plan, place, user).fromUs / 1000) - 1
    })
    expect(early).toEqual([])
  }
  // A user lives through each leg, unless this machine stood still for all of its quarter of a second: that is told.
  expect(begun + (inLegs.report.arrivals.missedBy['late'] ?? 0)).toBe(6 * 120)
  expect(begun).toBeGreaterThan(6 * 60)
}, 120_000)
