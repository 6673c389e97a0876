import { readFileSync } from 'node:fs'
import { createServer as createPlainHttp2, createSecureServer, type Http2Server } from 'node:http2'
import { connect, createServer, type Server } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type DispatcherFactory,
  type DispatcherOptions,
  httpDispatchers,
  prepareDispatchers,
} from '../../lib/generate/http-dispatchers.ts'
import type { HttpOptions } from '../../lib/scenario/scenario.ts'
import { ask, get, httpOptions } from './ask.ts'
import { rawServer } from './raw-server.ts'

const certificates = new URL('./certificates/', import.meta.url)
const cert = readFileSync(new URL('test-only-certificate.pem', certificates), 'utf8')
const key = readFileSync(new URL('test-only-key.pem', certificates), 'utf8')
const hi = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function listen(server: Server | Http2Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function dispatchers(
  http: Partial<HttpOptions>,
  target = 'http://127.0.0.1',
  options: DispatcherOptions = {},
): DispatcherFactory {
  const made = httpDispatchers(httpOptions(http), target, options)
  ends.push(() => made.close())
  return made
}

beforeAll(() => prepareDispatchers(httpOptions({ dispatcher: 'undici' })))

describe('HTTP/2', () => {
  async function serve(secure: boolean): Promise<{ origin: string; sessions: () => number; versions: string[] }> {
    let sessions = 0
    const versions: string[] = []
    const server = secure ? createSecureServer({ cert, key, allowHTTP1: true }) : createPlainHttp2()
    server.on('session', session => {
      sessions++
      ends.push(() => session.destroy())
    })
    server.on('request', (request, response) => {
      versions.push(request.httpVersion)
      if (request.url === '/reset') response.stream.close(2)
      else if (request.url === '/silent') return
      else response.end(`hi ${request.method} ${request.url}`)
    })
    const port = await listen(server)
    ends.push(() => server.close())
    return { origin: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`, sessions: () => sessions, versions }
  }

  test('over TLS by ALPN, one session a user, its requests one after another', async () => {
    const server = await serve(true)
    const made = dispatchers({ version: '2', tls: { insecure: true } })
    const user = made.open()
    const first = await ask(user, get(server.origin, { path: '/a' }))
    expect(first.failure).toBeUndefined()
    expect(first.body.toString()).toBe('hi GET /a')
    expect(first.calls).toEqual(['connect', 'send', 'headers', 'data', 'end'])
    expect(first.received).toBeGreaterThan(0)
    const second = await ask(user, get(server.origin, { method: 'POST', body: Buffer.from('x') }))
    expect(second.calls).toEqual(['send', 'headers', 'data', 'end'])
    expect(server.sessions()).toBe(1)
    expect(server.versions).toEqual(['2.0', '2.0'])
    expect(made.description).toBe('undici over HTTP/2, one connection a user')
  })

  test('plain, by prior knowledge', async () => {
    const server = await serve(false)
    const asked = await ask(dispatchers({ version: '2' }).open(), get(server.origin))
    expect(asked.body.toString()).toBe('hi GET /')
    expect(server.versions).toEqual(['2.0'])
  })

  test('to an address that is not allowed: no session', async () => {
    const server = await serve(true)
    const options = { forbidden: () => 'not listed' }
    const asked = await ask(dispatchers({ version: '2' }, undefined, options).open(), get(server.origin))
    expect(asked.failure?.kind).toBe('address not allowed')
    expect(server.sessions()).toBe(0)
  })

  test('a stream that the server resets, and one that it never answers', async () => {
    const server = await serve(true)
    const user = dispatchers({ version: '2', tls: { insecure: true } }).open()
    const reset = await ask(user, get(server.origin, { path: '/reset' }))
    expect(reset.failure?.kind).toMatch(/^http2 \(NGHTTP2_|^ECONNRESET$/)
    const silent = await ask(user, get(server.origin, { path: '/silent', timeoutMs: 60 }))
    expect(silent.failure?.kind).toBe('timeout (first byte)')
    expect((await ask(user, get(server.origin))).failure).toBeUndefined()
  })
})

describe('a proxy', () => {
  /** Forwards plain requests itself, and tunnels CONNECT to where it leads. */
  async function proxy(refuse = false): Promise<{ url: string; lines: string[] }> {
    const lines: string[] = []
    const server = createServer(client => {
      client.on('error', () => undefined)
      client.once('data', head => {
        lines.push(head.toString('latin1'))
        const authority = /^CONNECT ([\d.]+):(\d+) /.exec(head.toString('latin1'))
        if (refuse) client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
        else if (authority === null) client.write(hi)
        else {
          const upstream = connect(Number(authority[2]), authority[1])
          upstream.on('error', () => client.destroy())
          client.on('close', () => upstream.destroy())
          upstream.on('connect', () => {
            client.write('HTTP/1.1 200 Connection established\r\n\r\n')
            client.pipe(upstream).pipe(client)
          })
        }
      })
    })
    const port = await listen(server)
    ends.push(() => server.close())
    return { url: `http://user:pa%20ss@127.0.0.1:${port}`, lines }
  }

  test('gets plain requests by their whole URL, with its credentials', async () => {
    const { url, lines } = await proxy()
    const made = dispatchers({ proxy: url })
    const asked = await ask(made.open(), get('http://target.test:81', { path: '/a?b' }))
    expect(asked.body.toString()).toBe('hi')
    expect(lines[0]).toMatch(/^GET http:\/\/target.test:81\/a\?b HTTP\/1.1\r\nhost: target.test:81\r\n/)
    expect(lines[0]).toContain(`proxy-authorization: Basic ${Buffer.from('user:pa ss').toString('base64')}\r\n`)
    expect(made.description).toBe('undici over HTTP/1.1, one connection a user, through a proxy')
  })

  test('tunnels TLS, and the target sees no credentials of the proxy', async () => {
    let seen = ''
    const target = await rawServer(
      (request, { socket }) => {
        seen = request
        socket.write(hi)
      },
      { cert, key },
    )
    ends.push(() => target.close())
    const { url, lines } = await proxy()
    const user = dispatchers({ proxy: url, tls: { ca: cert, insecure: false } }).open()
    const asked = await ask(user, get(target.origin))
    expect(asked.failure).toBeUndefined()
    expect(asked.tlsUs).toBeGreaterThan(0)
    expect((await ask(user, get(target.origin))).calls[0]).toBe('send')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^CONNECT 127\.0\.0\.1:\d+ HTTP\/1.1\r\n.*proxy-authorization: Basic /s)
    expect(seen).not.toContain('proxy-authorization')
    expect(target.requestsByConnection).toEqual([2])
  })

  test.each(['http', 'https'])(
    'is asked for no %s target that is not allowed, nor used itself if it is not',
    async scheme => {
      const { url, lines } = await proxy()
      const proxyPort = Number(new URL(url).port)
      const made = (refused: number) =>
        dispatchers({ proxy: url }, undefined, {
          forbidden: (_, port) => (port === refused ? 'not listed' : undefined),
        })
      const byTarget = await ask(made(9).open(), get(`${scheme}://127.0.0.1:9`))
      const byProxy = await ask(made(proxyPort).open(), get(`${scheme}://127.0.0.1:9`))
      expect([byTarget.failure?.kind, byProxy.failure?.kind]).toEqual(['address not allowed', 'address not allowed'])
      expect(lines).toEqual([])
    },
  )

  test('that refuses the tunnel, and one that is not there', async () => {
    const { url } = await proxy(true)
    const refused = await ask(dispatchers({ proxy: url }).open(), get('https://127.0.0.1:9'))
    expect(refused.failure?.kind).toBe('bad proxy')
    expect(refused.failure?.message).toContain('407')
    const nobody = createServer()
    const port = await listen(nobody)
    await new Promise(resolve => nobody.close(resolve))
    const missing = await ask(dispatchers({ proxy: `http://127.0.0.1:${port}` }).open(), get('https://127.0.0.1:9'))
    expect(missing.failure?.kind).toBe('ECONNREFUSED')
  })
})

describe('what is used', () => {
  test.each([
    [{}, "Squall's HTTP/1.1 dispatcher, one connection a user"],
    [{ dispatcher: 'fast' }, "Squall's HTTP/1.1 dispatcher, one connection a user"],
    [{ dispatcher: 'undici' }, 'undici over HTTP/1.1, one connection a user'],
    [{ connections: { pooled: 5 } }, "Squall's HTTP/1.1 dispatcher, a pool of 5 connections"],
    [{ keepAlive: false }, "Squall's HTTP/1.1 dispatcher, one connection a user, a new one for each request"],
    [{ version: '2' }, 'undici over HTTP/2, one connection a user'],
  ] as const)('%o', (http, description) => {
    expect(dispatchers(http).description).toBe(description)
  })
})
