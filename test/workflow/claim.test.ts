import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { generate } from '../../functions/generate.ts'
import { monotonicClock } from '../../lib/generate/clock.ts'
import { keys } from '../../lib/store/keys.ts'
import { closed, flow, get, iterations, scenario, target } from '../generate/engine-fixture.ts'
import { runId, storedRun } from './stored-run.ts'

const at = { runId, leg: 0, shard: 0 }
const bytes = new TextEncoder().encode('x')
const text = (found: Uint8Array | undefined) => (found === undefined ? undefined : new TextDecoder().decode(found))

/** A stranger's attempt at a claimed shard, over a clock that only its sleeping moves; `each` happens while it sleeps. */
async function strangerWaits(each: (nowMs: number, put: (key: string) => Promise<void>) => Promise<void>) {
  const server = await target()
  const wanted = scenario(server.url, [closed(1, 10_000)], [flow([get('/')])])
  const { store, ports } = await storedRun(wanted, { startAtMs: 5000 })
  await store.objects.put(keys.claim(runId, 0, 0), new TextEncoder().encode('another'))
  let nowMs = 0
  const sleep = async (ms: number) => {
    nowMs += ms
    await each(nowMs, key => store.objects.put(key, bytes))
  }
  const attempt = generate({
    ...ports,
    epochMs: () => nowMs,
    sleep,
    clock: monotonicClock,
    nonce: 'mine',
    awaitStart: () => Promise.reject(new Error('a stranger starts nothing')),
  })
  expect(await attempt(at)).toEqual({ sent: false })
  expect(server.seen).toEqual([])
  return nowMs
}

it('an attempt at a shard that another one holds sends nothing, and waits for its result', async () => {
  const endedMs = await strangerWaits(async (nowMs, put) => {
    if (nowMs === 6000) await put(keys.shardResult(runId, 0, 0))
  })
  expect(endedMs).toBe(6000)
})

it('or for the cause of its end', async () => {
  const endedMs = await strangerWaits(async (nowMs, put) => {
    if (nowMs === 4000) await put(keys.shardCause(runId, 0, 0))
  })
  expect(endedMs).toBe(4000)
})

it('or until it could leave none: start 5 s, load 10 s, drain 2 s, upload 20 s, and 10 s to spare', async () => {
  expect(await strangerWaits(async () => {})).toBe(48_000)
})

it('an attempt that finds its own claim, because the answer to its write was lost, goes on', async () => {
  const server = await target()
  const { store, ports } = await storedRun(scenario(server.url, [iterations(1, 1)], [flow([get('/')])]))
  await store.objects.put(keys.claim(runId, 0, 0), new TextEncoder().encode('mine'))
  const awaitStart = async () => monotonicClock.nowUs()
  const attempt = generate({ ...ports, clock: monotonicClock, nonce: 'mine', awaitStart })
  expect(await attempt(at)).toEqual({ sent: true })
  expect(server.seen).toHaveLength(1)
})

it('a generator that throws stores why before it throws on', async () => {
  const { store, ports } = await storedRun(scenario('http://127.0.0.1:1', [iterations(1, 1)], [flow([get('/')])]))
  const awaitStart = () => Promise.reject(new Error('no clock'))
  const attempt = generate({ ...ports, clock: monotonicClock, nonce: 'mine', awaitStart })
  await expect(attempt(at)).rejects.toThrow('no clock')
  expect(text(await store.objects.get(keys.shardCause(runId, 0, 0)))).toBe('no clock')
})

it('a generator that cannot read its plan stores why, so that nobody waits for its leg to pass', async () => {
  const { store, ports } = await storedRun(scenario('http://127.0.0.1:1', [iterations(1, 1)], [flow([get('/')])]))
  await store.objects.delete(keys.plan(runId))
  const awaitStart = async () => monotonicClock.nowUs()
  const attempt = generate({ ...ports, clock: monotonicClock, nonce: 'mine', awaitStart })
  await expect(attempt(at)).rejects.toThrow()
  expect(text(await store.objects.get(keys.shardCause(runId, 0, 0)))).toContain('plan')
})

it('neither the cause nor the error, which is logged, has a secret in it', async () => {
  const { store, ports } = await storedRun(
    scenario('http://127.0.0.1:1', [iterations(1, 1)], [flow([get('/')])], { secrets: ['token'] }),
  )
  const awaitStart = () => Promise.reject(new TypeError('no address: http://hunter22@x', { cause: 'hunter22' }))
  const secrets = async () => ({ token: 'hunter22' })
  const attempt = generate({ ...ports, secrets, clock: monotonicClock, nonce: 'mine', awaitStart })
  const error: unknown = await attempt(at).catch((reason: unknown) => reason)
  expect(inspect(error)).toContain('no address: http://***@x')
  expect(inspect(error)).not.toContain('hunter22')
  expect(text(await store.objects.get(keys.shardCause(runId, 0, 0)))).toBe('no address: http://***@x')
})
