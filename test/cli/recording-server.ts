import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Seen = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Of `performance.now()`, when the whole request had come. */
  readonly atMs: number
}

export type Answer = (request: Seen, response: ServerResponse) => void

export type RecordingServer = {
  readonly url: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

/** A real server on the loopback that keeps every request it saw. */
export async function recordingServer(answer: Answer = (_, response) => response.end('ok')): Promise<RecordingServer> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString(), atMs: performance.now() }
      seen.push(one)
      answer(one, response)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** How often each text occurs. */
export function tally(texts: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
  return counts
}
