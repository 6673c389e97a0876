import { expect, it } from 'vitest'
import { generate } from '../../functions/generate.ts'
import { monotonicClock } from '../../lib/generate/clock.ts'
import { keys } from '../../lib/store/keys.ts'
import type { ObjectStore } from '../../lib/store/object-store.ts'
import { StoreError } from '../../lib/store/store-error.ts'
import { flow, get, iterations, scenario, target } from '../generate/engine-fixture.ts'
import { runId, storedRun } from './stored-run.ts'

const result = keys.shardResult(runId, 0, 0)

/** Generates one shard over a store that refuses its result so many times; the waits in between, in ms. */
async function generateWith(refusals: number): Promise<{ waits: number[]; stored: boolean; error: unknown }> {
  const { url } = await target()
  const { store, ports } = await storedRun(scenario(url, [iterations(1, 1)], [flow([get('/')])]))
  let left = refusals
  const objects: ObjectStore = {
    get: key => store.objects.get(key),
    list: prefix => store.objects.list(prefix),
    delete: key => store.objects.delete(key),
    putIfAbsent: (key, body) => store.objects.putIfAbsent(key, body),
    async put(key, body) {
      if (key === result && left-- > 0) throw new StoreError('the disk is full', 'ENOSPC')
      await store.objects.put(key, body)
    },
  }
  const waits: number[] = []
  const sleep = async (ms: number) => {
    waits.push(ms)
  }
  const awaitStart = async () => monotonicClock.nowUs()
  const error = await generate({ ...ports, objects, sleep, clock: monotonicClock, nonce: 'n', awaitStart })({
    runId,
    leg: 0,
    shard: 0,
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { waits, stored: (await store.objects.get(result)) !== undefined, error }
}

it('a result that the store refuses for a while is stored', async () => {
  expect(await generateWith(3)).toEqual({ waits: [500, 1000, 2000], stored: true, error: undefined })
})

it('and given up within the time that an upload has', async () => {
  const { waits, stored, error } = await generateWith(100)
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(15_500)
  expect(stored).toBe(false)
  expect(error).toBeInstanceOf(StoreError)
})
