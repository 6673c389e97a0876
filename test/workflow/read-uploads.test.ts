import { expect, it } from 'vitest'
import { MAX_FILES_BYTES, readUploads } from '../../lib/workflow/read-uploads.ts'

it('reads no more files once they are more than a run may have', async () => {
  const half = new Uint8Array(MAX_FILES_BYTES / 2)
  const read: string[] = []
  const objects = {
    get: async (key: string) => {
      read.push(key)
      return half
    },
  }
  const within = await readUploads(objects, { files: { a: '1', b: '2' } })
  expect([within.contents.size, within.faults]).toEqual([2, []])
  read.length = 0
  const above = await readUploads(objects, { files: { a: '1', b: '2', c: '3', d: '4' } })
  expect(above.faults).toMatchObject([{ path: 'files.c' }])
  expect(read).toHaveLength(3)
})
