import { describe, expect, it } from 'vitest'
import { copyFiles, removeCopy } from '../../lib/workflow/kept-files.ts'
import { memoryObjects } from './memory-objects.ts'

const files = { 'a.csv': 'aa', 'b.csv': 'bb', 'c.csv': 'cc' }
const contents = new Map(Object.keys(files).map(path => [path, new TextEncoder().encode(path)]))

describe("a kept scenario's copy of its files", () => {
  it('is made as a whole, and removed as a whole', async () => {
    const objects = memoryObjects()
    const copyId = await copyFiles(objects, files, contents)
    expect(await objects.list('kept/')).toHaveLength(3)
    await removeCopy(objects, { files, copyId })
    expect(await objects.list('kept/')).toEqual([])
  })

  it.each([
    ['before it is written', false],
    ['though it was written', true],
  ])('leaves nothing where the second file fails %s, and tells why', async (_, isWritten) => {
    const objects = memoryObjects()
    const put: typeof objects.put = async (key, body) => {
      if (!key.endsWith('bb')) return objects.put(key, body)
      if (isWritten) await objects.put(key, body)
      throw new Error('no space')
    }
    await expect(copyFiles({ ...objects, put }, files, contents)).rejects.toThrow('no space')
    expect(await objects.list('kept/')).toEqual([])
    expect(objects.calls.put).toBe(isWritten ? 2 : 1)
  })

  it('tells the first error where a part of it cannot be removed, and removes the rest', async () => {
    const objects = memoryObjects()
    const failing = {
      put: (key: string, body: Uint8Array) =>
        key.endsWith('cc') ? Promise.reject(new Error('no space')) : objects.put(key, body),
      delete: (key: string) => (key.endsWith('aa') ? Promise.reject(new Error('not now')) : objects.delete(key)),
    }
    await expect(copyFiles(failing, files, contents)).rejects.toThrow('no space')
    expect(await objects.list('kept/')).toEqual([expect.stringMatching(/aa$/)])
  })
})
