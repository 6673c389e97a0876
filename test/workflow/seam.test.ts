import { monitorEventLoopDelay } from 'node:perf_hooks'
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
  const wanted = scenario(server.url, [closed(users, 12_500)], flows, { pacing: 'frugal' })
  // A user is 2.5 s in each leg at least, and each leg's generators are ready long before: longer than a machine stands still.
  const legs = { legMs: 4000, changeMs: 1500, leadMs: 4000, drainMs: 2000, startLeadMs: 4600 }
  const standstill = monitorEventLoopDelay({ resolution: 5 })
  standstill.enable()
  const { plan, report } = await runInLegs(wanted, { legs, shards: 2 })
  standstill.disable()
  expect(report.total.count + report.interrupted).toBe(server.requests.length)
  // One connection a user and leg, and none was lost to the seam.
  expect(server.connections).toHaveLength(3 * users)
  const planned = [[] as number[], [] as number[], [] as number[]]
  const anew = planned.map(() => [] as number[])
  for (let user = 1; user <= users; user++) {
    const mine = server.requests.filter(({ url }) => url.startsWith(`/${user}/`))
    const connections = [...new Set(mine.map(({ connection }) => connection))]
    expect(connections).toHaveLength(3)
    for (const [leg, connection] of connections.entries()) {
      const iterations = mine.filter(each => each.connection === connection).map(({ url }) => url.split('/')[2])
      // More than one iteration in each leg: nobody waits for the seam.
      expect(iterations.slice(0, 2)).toEqual(['0', '1'])
      planned[leg]?.push((plan.startAtMs ?? 0) + userLegSpan(plan, leg, user - 1).fromUs / 1000)
      anew[leg]?.push(server.connections[connection] ?? Number.NaN)
    }
  }
  // This thread stood still for so long at most: what was due meanwhile comes at once, and nothing else does.
  const lateMs = standstill.max / 1e6 + 100
  for (const leg of [1, 2]) {
    const [due = [], came = []] = [planned[leg], anew[leg]]
    for (const [user, ms] of came.entries()) expect(ms).toBeGreaterThan((due[user] ?? Number.NaN) - 50)
    expect(fullest(came, 100)).toBeLessThanOrEqual(fullest(due, 100 + lateMs))
  }
}, 90_000)
