import { expect, it } from 'vitest'
import { type DocumentStore, MAX_DOCUMENT_BYTES } from '../../lib/store/document-store.ts'

/** What every adapter of the port must do; `open` gives an empty store. */
export function documentStoreContract(open: () => Promise<DocumentStore>): void {
  it('gives back what was put, and nothing where nothing was', async () => {
    const store = await open()
    expect(await store.get('scenario', 'checkout')).toBeUndefined()
    const body = { text: 'name: "checkout"\n', numbers: [0.1, 1e21, -0], none: null, empty: {}, unicode: 'ü😀' }
    expect(await store.put('scenario', 'checkout', body)).toEqual({ version: 1 })
    const kept = await store.get('scenario', 'checkout')
    expect(kept).toMatchObject({ name: 'checkout', version: 1 })
    expect(JSON.stringify(kept?.body)).toBe(JSON.stringify(body))
    expect(new Date(kept?.updatedAt ?? '').toISOString()).toBe(kept?.updatedAt)
  })

  it('keeps the kinds apart, and raises the version with each change', async () => {
    const store = await open()
    await store.put('scenario', 'nightly', 'a')
    await store.put('schedule', 'nightly', 'b')
    expect(await store.put('schedule', 'nightly', 'c')).toMatchObject({ version: 2 })
    expect((await store.get('scenario', 'nightly'))?.body).toBe('a')
    expect(await store.get('schedule', 'nightly')).toMatchObject({ body: 'c', version: 2 })
  })

  it('writes over the version that is named only, and with 0 only where nothing is', async () => {
    const store = await open()
    expect(await store.put('setting', 'x', 1, { ifVersion: 1 })).toBeUndefined()
    expect(await store.put('setting', 'x', 1, { ifVersion: 0 })).toEqual({ version: 1 })
    expect(await store.put('setting', 'x', 2, { ifVersion: 0 })).toBeUndefined()
    expect(await store.put('setting', 'x', 3, { ifVersion: 2 })).toBeUndefined()
    expect(await store.put('setting', 'x', 4, { ifVersion: 1 })).toMatchObject({ version: 2 })
    expect(await store.get('setting', 'x')).toMatchObject({ body: 4, version: 2 })
  })

  it('lets one of many writers of the same version win', async () => {
    const store = await open()
    await store.put('setting', 'x', 'begin')
    const written = await Promise.all(
      Array.from({ length: 10 }, (_, writer) => store.put('setting', 'x', writer, { ifVersion: 1 })),
    )
    expect(written.filter(put => put !== undefined)).toMatchObject([{ version: 2, replaced: { body: 'begin' } }])
    expect((await store.get('setting', 'x'))?.body).toBe(written.findIndex(put => put !== undefined))
  })

  it('lists one kind by name, page by page', async () => {
    const store = await open()
    for (const name of ['b', 'd', 'a', 'e', 'c']) await store.put('scenario', name, { name })
    await store.put('schedule', 'bb', {})
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await store.list('scenario', { limit: 2, ...(after !== undefined && { after }) })
      expect(page.documents.length).toBeLessThanOrEqual(2)
      seen.push(...page.documents.map(({ name }) => name))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await store.list('scenario', { limit: 5 })).not.toHaveProperty('next')
    expect(await store.list('baseline', { limit: 5 })).toEqual({ documents: [] })
  })

  it('lists documents that are large together', async () => {
    const store = await open()
    const body = 'x'.repeat(300_000)
    for (let number = 0; number < 5; number++) await store.put('scenario', `large-${number}`, body)
    const { documents } = await store.list('scenario', { limit: 100 })
    expect(documents.map(({ body: kept }) => String(kept).length)).toEqual([
      300_000, 300_000, 300_000, 300_000, 300_000,
    ])
  })

  it('takes a document of the greatest size, and refuses a larger one', async () => {
    const store = await open()
    const largest = 'x'.repeat(MAX_DOCUMENT_BYTES - 2)
    await store.put('scenario', 'largest', largest)
    expect((await store.get('scenario', 'largest'))?.body).toBe(largest)
    await expect(store.put('scenario', 'larger', `${largest}x`)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    expect(await store.get('scenario', 'larger')).toBeUndefined()
  })

  it('gives what a put writes over, to one of many writers each', async () => {
    const store = await open()
    await store.put('setting', 'x', 'begin')
    const puts = await Promise.all(Array.from({ length: 8 }, (_, writer) => store.put('setting', 'x', writer)))
    const replaced = puts.map(put => put?.replaced?.body)
    const last = (await store.get('setting', 'x'))?.body
    expect([...replaced, last].map(String).toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', 'begin'])
    for (const put of puts) expect(put?.replaced?.version).toBe((put?.version ?? 0) - 1)
  })

  it('deletes, and gives what there was, of the version that is named only', async () => {
    const store = await open()
    await store.put('schedule', 'nightly', { a: 1 })
    expect(await store.delete('schedule', 'nightly', { ifVersion: 2 })).toBeUndefined()
    expect(await store.delete('schedule', 'nightly', { ifVersion: 1 })).toMatchObject({ body: { a: 1 }, version: 1 })
    expect(await store.delete('schedule', 'nightly')).toBeUndefined()
    expect(await store.get('schedule', 'nightly')).toBeUndefined()
    await store.put('schedule', 'nightly', { a: 2 })
    expect(await store.delete('schedule', 'nightly')).toMatchObject({ name: 'nightly', body: { a: 2 } })
  })
}
