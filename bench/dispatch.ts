/**
 * Requests a CPU-second of both dispatchers: a keep-alive loop of GETs over 100 connections, against a server in a child
 * process, on loopback. `node bench/dispatch.ts [connections] [seconds] [origin of another server]`. Times are rough, and
 * nothing is asserted.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { HttpDispatcher, HttpHandler, HttpRequest } from '../lib/generate/http-dispatcher.ts'
import { httpDispatchers, prepareDispatchers } from '../lib/generate/http-dispatchers.ts'

const here = fileURLToPath(import.meta.url)
/** The least that a server can do: count request ends, write as many answers. */
function serve(): void {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nhello, world!')
  const server = createServer({ noDelay: true }, socket => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write(answer))
  })
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
}

async function measure(connections: number, seconds: number, other: string | undefined): Promise<void> {
  const server: ChildProcess = fork(here, ['server'])
  const { port } = await new Promise<{ port: number }>(resolve => server.once('message', resolve as () => void))
  const origin = other ?? `http://127.0.0.1:${port}`
  const rows: Record<string, unknown>[] = []
  for (const round of [1, 2, 3]) {
    for (const dispatcher of ['undici', 'fast'] as const) {
      rows.push({ round, dispatcher, ...(await loop(dispatcher, origin, connections, seconds)) })
    }
  }
  server.kill()
  console.table(rows)
}

async function loop(
  dispatcher: 'fast' | 'undici',
  origin: string,
  connections: number,
  seconds: number,
): Promise<Record<string, unknown>> {
  const http = {
    timeoutMs: 30_000,
    connectTimeoutMs: 10_000,
    redirects: 0,
    keepAlive: true,
    dispatcher,
    version: '1.1',
    connections: 'per-user',
    tls: { insecure: false },
  } as const
  await prepareDispatchers(http)
  const factory = httpDispatchers(http, origin)
  const request: HttpRequest = {
    origin,
    method: 'GET',
    path: '/hello',
    headers: ['user-agent', 'squall', 'accept', '*/*'],
    body: null,
    timeoutMs: 30_000,
    wantsBody: false,
  }
  const users = Array.from({ length: connections }, () => new LoopingUser(factory.open(), request))
  for (const user of users) user.begin()
  await sleep(500)
  const before = users.reduce((sum, user) => sum + user.done, 0)
  const cpuBefore = process.cpuUsage()
  const startMs = performance.now()
  await sleep(seconds * 1000)
  const elapsedSeconds = (performance.now() - startMs) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const done = users.reduce((sum, user) => sum + user.done, 0) - before
  const failed = users.reduce((sum, user) => sum + user.failed, 0)
  for (const user of users) user.stopped = true
  factory.close()
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  return {
    requestsPerSecond: Math.round(done / elapsedSeconds),
    cpuShare: (cpuSeconds / elapsedSeconds).toFixed(2),
    requestsPerCpuSecond: Math.round(done / cpuSeconds),
    failed,
  }
}

/** Sends the next request as soon as the last has ended. */
class LoopingUser implements HttpHandler {
  readonly #dispatcher: HttpDispatcher
  readonly #request: HttpRequest
  done = 0
  failed = 0
  stopped = false

  constructor(dispatcher: HttpDispatcher, request: HttpRequest) {
    this.#dispatcher = dispatcher
    this.#request = request
  }

  begin(): void {
    if (!this.stopped) this.#dispatcher.dispatch(this.#request, this)
  }

  onConnect(): void {}
  onSend(): void {}
  onHeaders(): void {}
  onData(): void {}

  onEnd(): void {
    this.done++
    this.begin()
  }

  onError(): void {
    this.failed++
    this.begin()
  }
}

if (process.argv[2] === 'server') serve()
else await measure(Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 3), process.argv[4])
