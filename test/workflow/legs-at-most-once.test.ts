import { describe, expect, it } from 'vitest'
import { keys } from '../../lib/store/keys.ts'
import type { LocalStore } from '../../lib/store/local-store.ts'
import { flow, get, open, scenario } from '../generate/engine-fixture.ts'
import { recordingTarget } from './recording-target.ts'
import { type LegRunOptions, runInLegs } from './run-in-legs.ts'

/** Leads that outlast a standstill of a busy machine, and users enough for what is due in one: nothing is late or missed
 * here but what is to be. */
const legs = { legMs: 1500, changeMs: 200, leadMs: 3000, drainMs: 2000, startLeadMs: 3600 }
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** Two legs of two shards, 300 arrivals in all, each with a path of its own. */
async function runWith(options: LegRunOptions) {
  const server = await recordingTarget()
  const wanted = scenario(server.url, [open(100, 3000, { maxUsers: 400 })], [flow([get('/{{ iteration }}')])], {
    pacing: 'frugal',
  })
  const run = await runInLegs(wanted, { legs, shards: 2, ...options })
  expect(run.plan.legs).toHaveLength(2)
  const urls = server.requests.map(({ url }) => url)
  // Whatever happens to invocations, nothing is sent twice.
  expect(new Set(urls).size).toBe(urls.length)
  return { ...run, server, urls }
}

describe('an invocation of Generate', { timeout: 90_000 }, () => {
  it('that is doubled sends once: the other one waits for its result', async () => {
    const outcomes: unknown[] = []
    const { urls, report } = await runWith({
      invoke: async generate => {
        const both = await Promise.all([generate(), generate()])
        outcomes.push(both.filter(one => (one as { sent: boolean }).sent).length)
      },
    })
    expect(outcomes).toEqual([1, 1, 1, 1])
    expect([urls.length, report.total.count, report.lost]).toEqual([300, 300, []])
  })

  it('that is made again by the workflow while the first still sends, as after a lost answer, sends nothing', async () => {
    const { urls, report } = await runWith({
      invoke: async generate => {
        const first = generate()
        await wait(legs.leadMs + 600)
        expect(await generate()).toEqual({ sent: false })
        await first
      },
    })
    expect([urls.length, report.total.count, report.lost]).toEqual([300, 300, []])
  })

  it('whose claim was written though the answer was lost goes on: it is the holder', async () => {
    const { urls, report } = await runWith({
      invoke: async (generate, { leg, shard }) => {
        if (leg === 0 && shard === 0) {
          await claim?.(leg, shard, 'same')
          await generate('same')
        } else await generate()
      },
      onStart: store => {
        claim = (leg, shard, nonce) =>
          store.objects.put(keys.claim('in-legs', leg, shard), new TextEncoder().encode(nonce))
      },
    })
    expect([urls.length, report.total.count, report.lost]).toEqual([300, 300, []])
  })

  it('that comes late sends what is left of its leg, and no burst: what was due is missed, and the run inconclusive', async () => {
    const { urls, report } = await runWith({
      invoke: async (generate, { leg, shard }) => {
        if (leg === 1 && shard === 1) await wait(legs.leadMs + 1000)
        await generate()
      },
    })
    const { started, missed, missedBy } = report.arrivals
    expect(started).toBe(urls.length)
    expect(started + missed).toBe(300)
    expect(missedBy['late']).toBeGreaterThan(10)
    expect(report.verdict.result).toBe('inconclusive')
    expect(report.verdict.reasons.join()).toMatch(/the generator was late/)
  })

  it('whose generator dies leaves a lost shard: its share is named, and the run is inconclusive', async () => {
    const { urls, report, store } = await runWith({
      invoke: async (generate, { leg, shard }) => {
        if (leg === 0 && shard === 1) {
          // As a function does whose process ends: it had claimed the shard, and tells the workflow an error of its own.
          await claim?.(leg, shard, 'dead')
          throw new Error('Runtime exited with error: signal: killed')
        }
        await generate()
      },
      onStart: opened => {
        claim = (leg, shard, nonce) =>
          opened.objects.put(keys.claim('in-legs', leg, shard), new TextEncoder().encode(nonce))
      },
    })
    expect(report.lost).toEqual([{ leg: 0, shard: 1, share: 0.25, cause: 'the generator ended without a result' }])
    expect(report.verdict.result).toBe('inconclusive')
    expect(report.verdict.reasons.join()).toMatch(/1 of 4 generators lost, 25 %/)
    expect(report.total.count).toBe(urls.length)
    expect(urls.length).toBeGreaterThan(200)
    expect((await store.runs.verdict('in-legs'))?.result).toBe('inconclusive')
  })
})

let claim: ((leg: number, shard: number, nonce: string) => ReturnType<LocalStore['objects']['put']>) | undefined
