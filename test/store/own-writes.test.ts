import { expect, test } from 'vitest'
import { keys } from '../../lib/store/keys.ts'
import { ownWrites } from '../../lib/store/own-writes.ts'
import { memoryObjects } from '../workflow/memory-objects.ts'

const bytes = new Uint8Array([1])

test('a generator writes the keys of its own shard, and no other of its run or of another', async () => {
  const inner = memoryObjects()
  const own = ownWrites(inner, { runId: 'a', leg: 1, shard: 2 })
  const allowed = [
    keys.claim('a', 1, 2),
    keys.shardResult('a', 1, 2),
    keys.shardCause('a', 1, 2),
    keys.snapshot('a', 1, 2),
  ]
  for (const key of allowed) await own.put(key, bytes)
  expect(await own.list(keys.run('a'))).toEqual(allowed.toSorted())
  const refused = [
    keys.claim('a', 1, 3),
    keys.shardResult('a', 2, 2),
    keys.shardResult('b', 1, 2),
    keys.shardResult('a', 1, 20),
    keys.snapshot('a', 1, 3),
    keys.snapshot('b', 1, 2),
    keys.request('a'),
    keys.plan('a'),
    keys.live('a'),
    keys.legSummary('a', 1),
    keys.report('a', 'report.json'),
    `${keys.shard('a', 1, 2)}x/../../y`,
  ]
  for (const key of refused) {
    await expect(own.put(key, bytes)).rejects.toMatchObject({ code: 'NOT_OWN' })
    await expect(own.putIfAbsent(key, bytes)).rejects.toMatchObject({ code: 'NOT_OWN' })
    await expect(own.delete(key)).rejects.toMatchObject({ code: 'NOT_OWN' })
  }
  await inner.put(keys.plan('a'), bytes)
  expect(await own.get(keys.plan('a'))).toEqual(bytes)
})
