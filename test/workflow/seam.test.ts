import { expect, it } from 'vitest'
import { userLegSpan } from '../../lib/plan/legs.ts'
import { makePlan } from '../../lib/plan/make-plan.ts'
import { closed, flow, get, scenario, think } from '../generate/engine-fixture.ts'
import { recordingTarget } from './recording-target.ts'
import { runInLegs } from './run-in-legs.ts'

/** How many of the instants lie in the fullest stretch of so many ms. */
function fullest(instantsMs: readonly number[], lengthMs: number): number {
  const sorted = instantsMs.toSorted((a, b) => a - b)
  let from = 0
  let most = 0
  for (const [to, atMs] of sorted.entries()) {
    while (atMs - (sorted[from] ?? atMs) >= lengthMs) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

it('at a seam of 60 s no 100 ms see more than their part of the users change, whatever their number', () => {
  for (const users of [10, 100, 1000, 10_000]) {
    const wanted = scenario('http://127.0.0.1:1', [closed(users, 1_800_000)], [flow([get('/')])])
    const input = { scenario: wanted, runId: 'r', scenarioHash: '', seed: 1, shardCount: 4, nowMs: 0, local: false }
    const plan = makePlan(input)
    const changes = Array.from({ length: users }, (_, user) => userLegSpan(plan, 1, user).fromUs / 1000)
    // Spread evenly, 600 stretches have users / 600 each; the golden ratio's multiples are even but for two or so.
    expect(fullest(changes, 100)).toBeLessThanOrEqual(users / 600 + 3)
    expect(Math.max(...changes) - Math.min(...changes)).toBeLessThan(60_000)
  }
})

it('a run with a seam connects its users anew one after another, while each of them goes on', async () => {
  const users = 100
  const server = await recordingTarget()
  const flows = [flow([get('/{{ vu }}/{{ iteration }}'), think(200)])]
  const wanted = scenario(server.url, [closed(users, 6500)], flows, { pacing: 'frugal' })
  const legs = { legMs: 2000, changeMs: 1500, leadMs: 1800, drainMs: 1000, startLeadMs: 2200 }
  const { plan, report } = await runInLegs(wanted, { legs, shards: 2 })
  expect(plan.legs).toHaveLength(3)
  expect(report.total.count + report.interrupted).toBe(server.requests.length)
  // One connection a user and leg, and none was lost to the seam.
  expect(server.connections).toHaveLength(3 * users)
  for (const leg of [1, 2]) {
    const fromMs = (plan.startAtMs ?? 0) + (plan.legs[leg]?.fromMs ?? 0)
    const anew = server.connections.filter(ms => ms >= fromMs - 50 && ms < fromMs + legs.legMs - 50)
    expect(anew).toHaveLength(users)
    // Evenly there are 7 in 100 ms; all at once there would be 100. A busy machine may stand still for a while.
    expect(fullest(anew, 100)).toBeLessThan(users / 2)
  }
  for (let user = 1; user <= users; user++) {
    const mine = server.requests.filter(({ url }) => url.startsWith(`/${user}/`)).map(({ url }) => url.split('/')[2])
    expect(mine.filter(iteration => iteration === '0')).toHaveLength(3)
    // More than one iteration in each leg: nobody waits for the seam.
    expect(mine.filter(iteration => iteration === '1')).toHaveLength(3)
  }
}, 60_000)
