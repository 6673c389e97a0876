import { expect, it } from 'vitest'
import type { ObjectStore } from '../../lib/store/object-store.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (body: Uint8Array | undefined) => (body === undefined ? undefined : new TextDecoder().decode(body))

/** What every adapter of the port must do; `open` gives an empty store. */
export function objectStoreContract(open: () => Promise<ObjectStore>): void {
  it('gives back what was put, and nothing where nothing was', async () => {
    const store = await open()
    expect(await store.get('runs/a/plan.json')).toBeUndefined()
    await store.put('runs/a/plan.json', bytes('one'))
    expect(text(await store.get('runs/a/plan.json'))).toBe('one')
    await store.put('runs/a/plan.json', bytes('two'))
    expect(text(await store.get('runs/a/plan.json'))).toBe('two')
  })

  it('keeps any bytes, an empty object among them', async () => {
    const store = await open()
    const all = Uint8Array.from({ length: 256 }, (_, value) => value)
    await store.put('all', all)
    await store.put('none', new Uint8Array())
    expect(Array.from((await store.get('all')) ?? [])).toEqual(Array.from(all))
    expect((await store.get('none'))?.length).toBe(0)
  })

  it('writes once: of many claims at the same time exactly one succeeds, and its bytes stand', async () => {
    const store = await open()
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, attempt) => store.putIfAbsent('runs/a/shard.claim', bytes(String(attempt)))),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(text(await store.get('runs/a/shard.claim'))).toBe(String(claims.indexOf(true)))
    expect(await store.putIfAbsent('runs/a/shard.claim', bytes('late'))).toBe(false)
  })

  it('lists by prefix, whether or not it ends at a folder, in order', async () => {
    const store = await open()
    for (const key of [
      'runs/b/z',
      'runs/a/legs/001/shard-0001.result',
      'runs/a/legs/001/shard-0000.result',
      'runs/a/x',
    ])
      await store.put(key, bytes(key))
    expect(await store.list('runs/a/')).toEqual([
      'runs/a/legs/001/shard-0000.result',
      'runs/a/legs/001/shard-0001.result',
      'runs/a/x',
    ])
    expect(await store.list('runs/a/legs/001/shard-0001')).toEqual(['runs/a/legs/001/shard-0001.result'])
    expect(await store.list('nowhere/')).toEqual([])
  })

  it('never shows a reader a part of an object', async () => {
    const store = await open()
    const large = [new Uint8Array(300_000).fill(1), new Uint8Array(300_000).fill(2)] as const
    await store.put('large', large[0])
    const seen = new Set<string>()
    let writing = true
    const read = async () => {
      while (writing) {
        const body = await store.get('large')
        if (body !== undefined) seen.add(`${body.length}:${new Set(body).size}`)
      }
    }
    const reading = read()
    for (let turn = 0; turn < 30; turn++) await store.put('large', large[turn % 2 === 0 ? 1 : 0])
    writing = false
    await reading
    expect([...seen]).toEqual(['300000:1'])
  })

  it('deletes, and deleting nothing is no fault', async () => {
    const store = await open()
    await store.put('x', bytes('x'))
    await store.delete('x')
    await store.delete('x')
    expect(await store.get('x')).toBeUndefined()
  })
}
