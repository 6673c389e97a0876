import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** `connection`: its place among the connections. */
export type Seen = { readonly url: string; readonly atMs: number; readonly connection: number }

/** A server that keeps when each request and connection came, by the epoch. */
export async function recordingTarget() {
  const requests: Seen[] = []
  const connections: number[] = []
  const places = new Map<Socket, number>()
  const server = createServer(({ url = '', socket }, response) => {
    requests.push({ url, atMs: Date.now(), connection: places.get(socket) ?? Number.NaN })
    response.end('ok')
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', socket => places.set(socket, connections.push(Date.now()) - 1))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, connections }
}
