import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool, type DemoFault, TokenBucket, workMs } from './backend.ts'
import { type Route, routes } from './routes.ts'

export type TargetOptions = {
  /** 0 takes any free port. */
  readonly port: number
  readonly fault: DemoFault
  readonly random: () => number
}

export type Target = {
  readonly url: string
  /** Requests seen since the start, by `METHOD /route`. */
  readonly seen: ReadonlyMap<string, number>
  close(): Promise<void>
}

const host = '127.0.0.1'
/** Fault `refuse`: closed for the last 2 s of every 6. */
const refusePeriodMs = 6000
const refuseForMs = 2000

/**
 * Starts the sample shop on the loopback. `GET /stats` answers what it has seen, so that a run's counts can be
 * reconciled with it. Rejects where the port cannot be had.
 */
export async function startTarget(options: TargetOptions): Promise<Target> {
  const seen = new Map<string, number>()
  const pool = options.fault === 'pool' ? new ConnectionPool(2, 400) : new ConnectionPool(200, 10_000)
  const bucket = options.fault === 'ratelimit' ? new TokenBucket(40, performance.now()) : undefined
  const queryFactor = options.fault === 'pool' ? 6 : 1
  const startedMs = performance.now()
  let number = 0

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readJson(request)
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/stats') return send(response, 200, { seen: Object.fromEntries(seen) })
    const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(path))
    const name = route?.name ?? 'other'
    seen.set(name, (seen.get(name) ?? 0) + 1)
    number++
    if (route === undefined) return send(response, 404, { error: 'not found' })
    if (bucket !== undefined && !bucket.allow(performance.now()))
      return send(response, 429, { error: 'too many requests' }, { 'retry-after': '1' })
    if (route.needsToken && !request.headers.authorization?.startsWith('Bearer token-'))
      return send(response, 401, { error: 'log in first' })
    if (!(await work(route))) return send(response, 503, { error: 'sorry, too many clients already' })
    const { status, body: content, headers } = route.answer({ path, body, number })
    return send(response, status, content, headers)
  }

  /** Holds a database connection for as long as the work takes; false where none came free. */
  const work = async (route: Route): Promise<boolean> => {
    if (route.databaseMs === 0) return true
    if (!(await pool.acquire())) return false
    try {
      const ageMs = performance.now() - startedMs
      const slowMs = options.fault === 'slow' && route.name === 'POST /cart' ? 300 + ageMs / 10 : 0
      await sleep(workMs(route.databaseMs * queryFactor, options.random) + slowMs)
      return true
    } finally {
      pool.release()
    }
  }

  const make = () =>
    createServer((request, response) => {
      answer(request, response).catch(() => response.destroy())
    })
  let server = await listen(make(), options.port)
  const { port } = server.address() as AddressInfo

  let closed = false
  const refusing =
    options.fault === 'refuse'
      ? setInterval(async () => {
          await shut(server)
          await sleep(refuseForMs)
          if (closed) return
          // The port may be gone for good; the next period tries again.
          server = await listen(make(), port).catch(() => server)
        }, refusePeriodMs)
      : undefined

  return {
    url: `http://${host}:${port}`,
    seen,
    async close() {
      closed = true
      clearInterval(refusing)
      await shut(server)
    },
  }
}

function listen(server: Server, port: number): Promise<Server> {
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, () => resolve(server))
  })
}

function shut(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers })
  response.end(bytes)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
