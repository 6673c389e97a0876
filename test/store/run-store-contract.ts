import { expect, it } from 'vitest'
import type { RunPage, RunRecord, RunStore } from '../../lib/store/run-store.ts'
import type { StoredVerdict } from '../../lib/store/stored-verdict.ts'

const record = (id: string, createdAt: string): RunRecord => ({
  schema: 'squall.run.v1',
  id,
  scenario: 'checkout',
  target: 'http://127.0.0.1:1',
  command: 'squall run checkout.yml',
  state: 'planned',
  createdAt,
})

const verdict = (runId: string, result: 'pass' | 'fail'): StoredVerdict => ({
  schema: 'squall.verdict.v1',
  runId,
  scenario: 'checkout',
  result,
  reasons: [`it is a ${result}`],
  headline: `${result}: "p95 1 s"`,
  thresholds: [
    {
      text: 'p95 < 2s',
      scope: 'total',
      metric: 'p95',
      operator: '<',
      limit: 2000,
      actual: 1000.5,
      unit: 'ms',
      samples: 10_000,
      default: false,
      result,
      reason: '',
    },
  ],
  endedAt: '2026-01-01T00:10:00.000Z',
  costUsd: 0.0123,
})

const idsOf = (page: RunPage) => page.records.map(({ id }) => id)

/** What every adapter of the port must do; `open` gives an empty store. */
export function runStoreContract(open: () => Promise<RunStore>): void {
  it('creates a run once', async () => {
    const store = await open()
    expect(await store.create(record('a', '2026-01-01T00:00:00.000Z'))).toEqual({ kind: 'created' })
    expect(await store.create({ ...record('a', '2026-01-02T00:00:00.000Z'), scenario: 'other' })).toEqual({
      kind: 'taken',
    })
    expect((await store.get('a'))?.scenario).toBe('checkout')
    expect(await store.get('b')).toBeUndefined()
    store.close()
  })

  it('changes what an update names and keeps the rest', async () => {
    const store = await open()
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

  it('changes a run in one of the states that are given, and no other', async () => {
    const store = await open()
    await store.create(record('a', '2026-01-01T00:00:00.000Z'))
    expect(await store.update('a', { state: 'running', loadMs: 5 }, ['planned', 'running'])).toBe(true)
    expect(await store.update('a', { state: 'refused', loadMs: 6 }, ['planned'])).toBe(false)
    expect(await store.get('a')).toMatchObject({ state: 'running', loadMs: 5 })
    expect(await store.update('a', { state: 'done' })).toBe(true)
    expect(await store.update('a', { state: 'running' }, ['planned', 'running'])).toBe(false)
    expect((await store.get('a'))?.state).toBe('done')
    expect(await store.update('b', { state: 'running' }, ['planned'])).toBe(false)
    store.close()
  })

  it('changes nothing where a change names nothing, and says whether there is such a run in such a state', async () => {
    const store = await open()
    await store.create(record('a', '2026-01-01T00:00:00.000Z'))
    expect(await store.update('a', {})).toBe(true)
    expect(await store.update('a', {}, ['planned', 'running'])).toBe(true)
    expect(await store.update('a', {}, ['running'])).toBe(false)
    expect(await store.update('b', {})).toBe(false)
    expect(await store.get('a')).toEqual(record('a', '2026-01-01T00:00:00.000Z'))
    expect(await store.get('b')).toBeUndefined()
    expect(await store.create(record('c', '2026-01-01T00:00:00.000Z'), 1)).toEqual({ kind: 'full', holders: ['a'] })
    store.close()
  })

  it('finishes a run with its verdict, and the first verdict stands', async () => {
    const store = await open()
    await store.create(record('a', '2026-01-01T00:00:00.000Z'))
    expect(await store.verdict('a')).toBeUndefined()
    await store.finish('a', { state: 'done', verdict: 'pass' }, verdict('a', 'pass'))
    await store.finish('a', { state: 'done', verdict: 'fail' }, verdict('a', 'fail'))
    expect(await store.verdict('a')).toEqual(verdict('a', 'pass'))
    expect(await store.get('a')).toMatchObject({ scenario: 'checkout', state: 'done', verdict: 'pass' })
    store.close()
  })

  it('keeps neither where a run that is not there is finished, and changes nothing of it', async () => {
    const store = await open()
    await expect(store.finish('a', { state: 'done' }, verdict('a', 'pass'))).rejects.toMatchObject({ code: 'MISSING' })
    expect(await store.verdict('a')).toBeUndefined()
    await store.update('a', { state: 'done' })
    await store.beat('a')
    await store.abort('a', 'over')
    expect(await store.get('a')).toBeUndefined()
    expect(await store.control('a')).toBeUndefined()
    store.close()
  })

  it('creates a run once, whoever tries at the same time', async () => {
    const store = await open()
    const created = await Promise.all(
      Array.from({ length: 8 }, (_, caller) =>
        store.create({ ...record('a', '2026-01-01T00:00:00.000Z'), startedBy: String(caller) }),
      ),
    )
    expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    expect((await store.get('a'))?.startedBy).toBe(String(created.findIndex(({ kind }) => kind === 'created')))
    store.close()
  })

  it.each([1, 3])(
    'creates exactly %s of many that try at the same time, and gives a place for each that ends',
    async most => {
      const store = await open()
      const create = (id: string) => store.create(record(id, '2026-01-01T00:00:00.000Z'), most)
      const wave = async (name: string) => {
        const ids = Array.from({ length: 8 }, (_, number) => `${name}${number}`)
        const created = await Promise.all(ids.map(create))
        return ids.filter((_, number) => created[number]?.kind === 'created')
      }
      const first = await wave('a')
      expect(first).toHaveLength(most)
      for (const id of first) expect(await create(id)).toEqual({ kind: 'taken' })
      const full = await create('b')
      expect(full).toEqual({ kind: 'full', holders: expect.any(Array) })
      expect(full.kind === 'full' && full.holders.toSorted()).toEqual(first.toSorted())
      expect(await store.get('b')).toBeUndefined()
      expect(await store.control('b')).toBeUndefined()
      // All that ends a run gives its place back, once; what does not end it does not.
      const [one = '', ...others] = first
      await store.update(one, { state: 'running' })
      expect(await create('c')).toMatchObject({ kind: 'full' })
      await store.finish(one, { state: 'done', verdict: 'pass' }, verdict(one, 'pass'))
      await store.finish(one, { state: 'done', verdict: 'pass' }, verdict(one, 'pass'))
      expect(await wave('d')).toHaveLength(1)
      for (const id of others) {
        expect(await store.update(id, { state: 'refused' }, ['running'])).toBe(false)
        expect(await create('e')).toMatchObject({ kind: 'full' })
        expect(await store.update(id, { state: 'refused' }, ['planned'])).toBe(true)
        expect(await wave(`f${id}`)).toHaveLength(1)
      }
      const held = await create('g')
      await store.release(held.kind === 'full' ? held.holders.slice(0, 1) : [])
      await store.release(held.kind === 'full' ? held.holders.slice(0, 1) : [])
      expect(await wave('h')).toHaveLength(1)
      store.close()
    },
  )

  it('holds a place for runs that were created without a limit, too', async () => {
    const store = await open()
    await store.create(record('a', '2026-01-01T00:00:00.000Z'))
    expect(await store.create(record('b', '2026-01-01T00:00:00.000Z'), 1)).toEqual({ kind: 'full', holders: ['a'] })
    store.close()
  })

  it('lists the newest first, as many as asked', async () => {
    const store = await open()
    for (const day of ['02', '03', '01']) await store.create(record(`run-${day}`, `2026-01-${day}T00:00:00.000Z`))
    expect(idsOf(await store.list({ limit: 2 }))).toEqual(['run-03', 'run-02'])
    const all = await store.list({ limit: 100 })
    expect(idsOf(all)).toEqual(['run-03', 'run-02', 'run-01'])
    expect(all).not.toHaveProperty('next')
    expect(await store.list({ limit: 3 })).not.toHaveProperty('next')
    store.close()
  })

  it('goes on where the page before ended, runs of one moment and new runs among them', async () => {
    const store = await open()
    for (const id of ['a', 'b', 'c', 'd', 'e']) await store.create(record(id, '2026-01-01T00:00:00.000Z'))
    const first = await store.list({ limit: 2 })
    await store.create(record('newer', '2026-01-02T00:00:00.000Z'))
    const second = await store.list({ limit: 2, after: first.next ?? '' })
    const third = await store.list({ limit: 2, after: second.next ?? '' })
    expect([first, second, third].map(idsOf)).toEqual([['e', 'd'], ['c', 'b'], ['a']])
    expect(third).not.toHaveProperty('next')
    await expect(store.list({ limit: 2, after: 'a' })).rejects.toMatchObject({ code: 'CURSOR' })
    store.close()
  })

  it('lists the runs of one scenario', async () => {
    const store = await open()
    for (const [index, scenario] of ['one', 'two', 'one', 'two', 'one'].entries())
      await store.create({ ...record(`run-${index}`, `2026-01-0${index + 1}T00:00:00.000Z`), scenario })
    await store.update('run-2', { state: 'done' })
    const first = await store.list({ limit: 2, scenario: 'one' })
    expect(idsOf(first)).toEqual(['run-4', 'run-2'])
    expect(first.records[1]?.state).toBe('done')
    expect(idsOf(await store.list({ limit: 2, scenario: 'one', after: first.next ?? '' }))).toEqual(['run-0'])
    expect(await store.list({ limit: 2, scenario: 'three' })).toEqual({ records: [] })
    store.close()
  })

  it('keeps a control item: a beat that rises, and the first reason to stop', async () => {
    const store = await open()
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
