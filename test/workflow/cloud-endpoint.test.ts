import { expect, it } from 'vitest'
import { cloudEndpoint } from '../../lib/workflow/cloud-endpoint.ts'

const env = { SQUALL_API_KEY: 'key', AWS_REGION: 'eu-central-1' }
const headersAt = async (api: string) => {
  const endpoint = await cloudEndpoint({ api }, env)
  if (!('sign' in endpoint)) return endpoint
  return endpoint.sign({ method: 'GET', url: endpoint.url, headers: {}, body: undefined })
}

it.each([
  'https://a1.execute-api.eu-central-1.amazonaws.com/v1',
  'http://127.0.0.1:8787/v1',
  'http://localhost/v1',
  'http://[::1]:1/v1',
])('sends the API key to %s', async api => {
  expect(await headersAt(api)).toEqual({ 'x-api-key': 'key' })
})

it.each([
  'http://squall.example.com/v1',
  'HTTP://10.0.0.5:8787/v1',
  'http://localhost.example.com/v1',
  'http://127.0.0.1.nip.io/v1',
])('sends no API key to %s, where anybody on the way could read it', async api => {
  expect(await headersAt(api)).toMatchObject({ path: '--api', message: expect.stringContaining('in the clear') })
})
