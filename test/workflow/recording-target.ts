import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Seen = { readonly url: string; readonly atMs: number }

/** A server that keeps when each request and connection came, by the epoch. */
export async function recordingTarget() {
  const requests: Seen[] = []
  const connections: number[] = []
  const server = createServer(({ url = '' }, response) => {
    requests.push({ url, atMs: Date.now() })
    response.end('ok')
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', () => connections.push(Date.now()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, connections }
}
