import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { ApiClient } from '../../lib/workflow/api-client.ts'
import { findCloudRuns } from '../../lib/workflow/cloud-runs.ts'
import { unsigned } from '../../lib/workflow/request-signer.ts'

const run = (id: string) => ({ id, state: 'running' })

async function api() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://127.0.0.1').pathname)
    const answers: Record<string, object> = { '/v1/runs': { runs: [run('ab1'), run('ab2')] }, '/v1/runs/ab': run('ab') }
    const answer = answers[asked.at(-1) ?? '']
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { title: 'Not found' }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { client: new ApiClient({ url: new URL(`http://127.0.0.1:${port}/v1/`), sign: unsigned }), asked }
}

it('takes a whole id at its word, without a search', async () => {
  const { client, asked } = await api()
  expect(await findCloudRuns(client, 'ab')).toEqual([run('ab')])
  expect(asked).toEqual(['/v1/runs/ab'])
})

it('searches for what an id begins with', async () => {
  const { client } = await api()
  expect(await findCloudRuns(client, 'ab1x')).toEqual([])
  expect(await findCloudRuns(client, 'a')).toEqual([run('ab1'), run('ab2')])
})
