import { createHash } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import { cloudUploads } from '../../lib/workflow/cloud-uploads.ts'

afterEach(() => vi.unstubAllEnvs())

it('signs what is to be put: its place, its checksum and its length', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test')
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  const sha256 = createHash('sha256').update('abc').digest('hex')
  const { url, headers } = await cloudUploads('runs').place(sha256, 3)
  const place = new URL(url)
  expect(place.pathname).toBe(`/uploads/${sha256}`)
  expect(place.searchParams.get('X-Amz-SignedHeaders')?.split(';')).toEqual([
    'content-length',
    'host',
    'x-amz-checksum-sha256',
  ])
  expect(headers).toEqual({ 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') })
  // Another length is another signature.
  const other = new URL((await cloudUploads('runs').place(sha256, 4)).url)
  expect(other.searchParams.get('X-Amz-Signature')).not.toBe(place.searchParams.get('X-Amz-Signature'))
})
