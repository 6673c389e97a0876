import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { ApiClient } from '../../lib/workflow/api-client.ts'
import { followCloudRun } from '../../lib/workflow/cloud-run.ts'
import { unsigned } from '../../lib/workflow/request-signer.ts'

it('goes on following where the API says to try again, as where it is not reached', async () => {
  let refusals = 4
  const server = createServer((request, response) => {
    const body = request.url?.endsWith('/summary') ? { schema: 'squall.report.v1' } : { state: 'done' }
    response.writeHead(refusals-- > 0 ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const client = new ApiClient({ url: new URL(`http://127.0.0.1:${port}/v1/`), sign: unsigned })
  const connections: boolean[] = []
  const follower = { onConnection: (connected: boolean) => void connections.push(connected) }
  const report = await followCloudRun(client, 'r1', follower, new AbortController().signal)
  expect(report).toEqual({ schema: 'squall.report.v1' })
  expect(connections).toEqual([false, true])
}, 30_000)
