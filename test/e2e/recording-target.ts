import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

export type RecordedRequest = {
  readonly atMs: number
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** The generator's end of the connection, by which its process is found. */
  readonly remotePort: number
}

export type RecordingTarget = {
  readonly port: number
  readonly url: string
  /** All that came, in order. */
  readonly requests: RecordedRequest[]
  /** Resolves when nothing has come for so long; gives the moment of the last request. */
  silence(quietMs: number): Promise<number>
  /** Resolves when so many have come. */
  received(count: number): Promise<void>
}

/** A target on the loopback that keeps every request, and ends with the test. */
export async function recordingTarget(
  answer = (response: ServerResponse, _request: RecordedRequest): void => void response.end('ok'),
): Promise<RecordingTarget> {
  const requests: RecordedRequest[] = []
  const server = createServer(({ url = '', headers, socket }, response) => {
    const request = { atMs: Date.now(), url, headers, remotePort: socket.remotePort ?? 0 }
    requests.push(request)
    answer(response, request)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    async silence(quietMs) {
      while (Date.now() - (requests.at(-1)?.atMs ?? 0) < quietMs) await sleep(100)
      return requests.at(-1)?.atMs ?? 0
    },
    async received(count) {
      while (requests.length < count) await sleep(50)
    },
  }
}

/** How often each of the iterations 0 to planned - 1 came, by the number that the scenario puts into `?n=`. */
export function countsByIteration(requests: readonly RecordedRequest[], planned: number): readonly number[] {
  const counts = new Array<number>(planned).fill(0)
  for (const { url } of requests) {
    const number = Number(new URL(url, 'http://target').searchParams.get('n') ?? Number.NaN)
    if (!(number in counts)) throw new Error(`${url} is no request of the plan`)
    counts[number] = (counts[number] ?? 0) + 1
  }
  return counts
}
