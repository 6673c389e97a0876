import { expect, it } from 'vitest'
import type { RunRecord, RunStore } from '../../lib/store/run-store.ts'

const record = (id: string, createdAt: string): RunRecord => ({
  schema: 'squall.run.v1',
  id,
  scenario: 'checkout',
  target: 'http://127.0.0.1:1',
  command: 'squall run checkout.yml',
  state: 'planned',
  createdAt,
})

/** What every adapter of the port must do; `open` gives an empty store. */
export function runStoreContract(open: () => RunStore): void {
  it('creates a run once', async () => {
    const store = open()
    expect(await store.create(record('a', '2026-01-01T00:00:00.000Z'))).toBe(true)
    expect(await store.create({ ...record('a', '2026-01-02T00:00:00.000Z'), scenario: 'other' })).toBe(false)
    expect((await store.get('a'))?.scenario).toBe('checkout')
    expect(await store.get('b')).toBeUndefined()
    store.close()
  })

  it('changes what an update names and keeps the rest', async () => {
    const store = open()
    await store.create(record('a', '2026-01-01T00:00:00.000Z'))
    await store.update('a', { state: 'done', verdict: 'fail', headline: `it's "over"` })
    expect(await store.get('a')).toEqual({
      ...record('a', '2026-01-01T00:00:00.000Z'),
      state: 'done',
      verdict: 'fail',
      headline: `it's "over"`,
    })
    store.close()
  })

  it('lists the newest first, as many as asked', async () => {
    const store = open()
    for (const day of ['02', '03', '01']) await store.create(record(`run-${day}`, `2026-01-${day}T00:00:00.000Z`))
    expect((await store.list(2)).map(({ id }) => id)).toEqual(['run-03', 'run-02'])
    expect(await store.list(100)).toHaveLength(3)
    store.close()
  })

  it('keeps a control item: a beat that rises, and the first reason to stop', async () => {
    const store = open()
    expect(await store.control('a')).toBeUndefined()
    await store.create(record('a', '2026-01-01T00:00:00.000Z'))
    expect((await store.control('a'))?.beat).toBe(0)
    await store.beat('a')
    await store.beat('a')
    expect((await store.control('a'))?.beat).toBe(2)
    expect((await store.control('a'))?.abort).toBeUndefined()
    await store.abort('a', 'first')
    await store.abort('a', 'second')
    expect((await store.control('a'))?.abort).toBe('first')
    store.close()
  })
}
