import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { generate } from '../../functions/generate.ts'
import { monotonicClock } from '../../lib/generate/clock.ts'
import { makePlan } from '../../lib/plan/make-plan.ts'
import { putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { openLocalStore } from '../../lib/store/local-store.ts'
import type { ObjectStore } from '../../lib/store/object-store.ts'
import { StoreError } from '../../lib/store/store-error.ts'
import { flow, get, iterations, scenario, target } from '../generate/engine-fixture.ts'

const runId = 'r'
const result = keys.shardResult(runId, 0, 0)

/** Generates one shard over a store that refuses its result so many times; the waits in between, in ms. */
async function generateWith(refusals: number): Promise<{ waits: number[]; stored: boolean; error: unknown }> {
  const store = openLocalStore(mkdtempSync(join(tmpdir(), 'squall-upload-')))
  onTestFinished(() => {
    store.runs.close()
    rmSync(store.folder, { recursive: true, force: true })
  })
  const { url } = await target()
  const wanted = scenario(url, [iterations(1, 1)], [flow([get('/')])])
  const plan = makePlan({ scenario: wanted, runId, scenarioHash: '', seed: 1, shardCount: 1, nowMs: 0, local: true })
  await putArtifact(store.objects, keys.plan(runId), plan)
  await putArtifact(store.objects, keys.request(runId), { schema: 'squall.request.v1', files: [] })
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
  const error = await generate({
    objects,
    runs: store.runs,
    clock: monotonicClock,
    epochMs: Date.now,
    sleep: async ms => {
      waits.push(ms)
    },
    announce: async () => {},
    secrets: async () => ({}),
    nonce: 'n',
    awaitStart: async () => monotonicClock.nowUs(),
  })({ runId, leg: 0, shard: 0 }).then(
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
