import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DnsCache } from '../../lib/generate/dns-cache.ts'
import type { HttpDispatcher } from '../../lib/generate/http-dispatcher.ts'
import {
  type DispatcherFactory,
  type DispatcherOptions,
  httpDispatchers,
  prepareDispatchers,
} from '../../lib/generate/http-dispatchers.ts'
import { forbiddenAddress } from '../../lib/plan/allow-list.ts'
import type { HttpOptions } from '../../lib/scenario/scenario.ts'
import { ask, get, httpOptions } from './ask.ts'
import { framings, refused } from './framings.ts'
import { type Answer, type RawServer, rawServer } from './raw-server.ts'

const certificates = new URL('./certificates/', import.meta.url)
const certificate = readFileSync(new URL('test-only-certificate.pem', certificates), 'utf8')
const otherAuthority = readFileSync(new URL('test-only-other-authority.pem', certificates), 'utf8')
const key = readFileSync(new URL('test-only-key.pem', certificates), 'utf8')

const hi = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

/** What every implementation of `HttpDispatcher` over HTTP/1.1 does, asked of one of them with real servers. */
export function dispatcherContract(implementation: 'fast' | 'undici'): void {
  const servers: RawServer[] = []
  const factories: DispatcherFactory[] = []

  afterEach(async () => {
    for (const factory of factories.splice(0)) factory.close()
    await Promise.all(servers.splice(0).map(server => server.close()))
  })

  async function serve(answer: Answer, tls = false): Promise<RawServer> {
    const server = await rawServer(answer, tls ? { cert: certificate, key } : undefined)
    servers.push(server)
    return server
  }

  /** A server that writes the same bytes for every request, and then closes if asked. */
  function serveText(text: string, closes = false): Promise<RawServer> {
    return serve((_request, { socket }) => {
      socket.write(text, 'latin1')
      if (closes) socket.end()
    })
  }

  beforeAll(() => prepareDispatchers(httpOptions({ dispatcher: implementation })))

  function factory(http: Partial<HttpOptions> = {}, options: DispatcherOptions = {}): DispatcherFactory {
    const made = httpDispatchers(httpOptions({ dispatcher: implementation, ...http }), 'http://127.0.0.1', options)
    factories.push(made)
    return made
  }

  function user(http: Partial<HttpOptions> = {}, options: DispatcherOptions = {}): HttpDispatcher {
    return factory(http, options).open()
  }

  describe('framing', () => {
    test.each(framings)('$name', async ({ answer, body, status, method, closes }) => {
      const server = await serveText(answer, closes)
      const beforeUs = performance.now() * 1000
      const asked = await ask(user(), get(server.origin, { method: method ?? 'GET' }))
      const instantsUs = [beforeUs, ...asked.instantsUs, performance.now() * 1000]
      expect(instantsUs).toHaveLength(5)
      expect(instantsUs).toEqual(instantsUs.toSorted((a, b) => a - b))
      expect(asked.failure).toBeUndefined()
      expect(asked.status).toBe(status ?? 200)
      expect(asked.body.toString('latin1')).toBe(body)
      expect(asked.received).toBe(answer.length)
    })

    test.each(framings)('$name, byte by byte', async ({ answer, body, method, closes }) => {
      const server = await serve(async (_request, { socket }) => {
        socket.setNoDelay(true)
        for (const byte of answer) {
          socket.write(byte, 'latin1')
          await new Promise(setImmediate)
        }
        if (closes) socket.end()
      })
      const asked = await ask(user(), get(server.origin, { method: method ?? 'GET' }))
      expect(asked.failure).toBeUndefined()
      expect(asked.body.toString('latin1')).toBe(body)
    })

    test.each(refused)('refuses %s', async (_name, answer) => {
      const server = await serveText(answer, true)
      const dispatcher = user()
      const asked = await ask(dispatcher, get(server.origin))
      expect(asked.failure?.kind).toBe('bad response')
      expect(asked.failure?.hasLatency).toBe(false)
      expect(dispatcher.connections).toBe(0)
    })

    test.each([0, 1, 65_535, 65_536, 65_537, 5_000_000])('a body of %i bytes, there and back', async size => {
      const body = Buffer.alloc(size, 'squall ')
      const server = await serve((request, { socket }) => {
        const sent = request.slice(request.indexOf('\r\n\r\n') + 4)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${sent.length}\r\n\r\n`)
        socket.write(sent, 'latin1')
      })
      const dispatcher = user()
      const asked = await ask(dispatcher, get(server.origin, { method: 'POST', body }))
      expect(asked.failure).toBeUndefined()
      expect(asked.body.equals(body)).toBe(true)
      expect(asked.sent).toBeGreaterThan(size)
      expect((await ask(dispatcher, get(server.origin, { method: 'POST', body: null }))).status).toBe(200)
      expect(server.requestsByConnection).toEqual([2])
    })

    test('a body that nobody wants is counted and dropped', async () => {
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`
      const server = await serveText(answer)
      const asked = await ask(user(), get(server.origin, { wantsBody: false }))
      expect(asked.calls).toEqual(['connect', 'send', 'headers', 'end'])
      expect(asked.body.length).toBe(0)
      expect(asked.received).toBe(answer.length)
    })

    test('gzip stays as it came', async () => {
      const packed = gzipSync('hello')
      const server = await serve((_request, { socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`)
        socket.write(packed)
      })
      const asked = await ask(user(), get(server.origin))
      expect(asked.body.equals(packed)).toBe(true)
      expect(asked.headers).toContainEqual(['content-encoding', 'gzip'])
    })

    test('headers: names in any case, values trimmed, repeated ones in order', async () => {
      const server = await serveText(
        'HTTP/1.1 200 OK\r\nSET-COOKIE: a=1\r\nset-cookie:b=2\r\nX-Empty:\r\nContent-LENGTH: 2\r\nX-Wide: \t x y\r\n\r\nhi',
      )
      const dispatcher = user()
      const seen = await new Promise<unknown>((resolve, reject) => {
        dispatcher.dispatch(get(server.origin), {
          onConnect: () => undefined,
          onSend: () => undefined,
          onHeaders: (_status, headers) =>
            resolve({
              cookies: headers.all('set-cookie'),
              first: headers.get('set-cookie'),
              empty: headers.get('x-empty'),
              wide: headers.get('x-wide'),
              none: headers.get('x-none'),
              noneAll: headers.all('x-none'),
              notWhole: headers.get('set-cook'),
            }),
          onData: () => undefined,
          onEnd: () => undefined,
          onError: reject,
        })
      })
      expect(seen).toEqual({
        cookies: ['a=1', 'b=2'],
        first: 'a=1',
        empty: '',
        wide: 'x y',
        none: undefined,
        noneAll: [],
        notWhole: undefined,
      })
    })
  })

  describe('the request', () => {
    test('has its line, host, headers and length', async () => {
      let seen = ''
      const server = await serve((request, { socket }) => {
        seen = request
        socket.write(hi)
      })
      const body = Buffer.from('{"a":"\u00e9"}')
      const headers = ['content-type', 'application/json', 'x-a', 'b c']
      await ask(user(), get(server.origin, { method: 'POST', path: '/a/b?c=d', headers, body }))
      const [line, ...rest] = (seen.split('\r\n\r\n')[0] ?? '').split('\r\n')
      expect(line).toBe('POST /a/b?c=d HTTP/1.1')
      expect(rest.sort()).toEqual(
        [
          'connection: keep-alive',
          `content-length: ${body.length}`,
          'content-type: application/json',
          `host: 127.0.0.1:${server.port}`,
          'x-a: b c',
        ].sort(),
      )
      expect(Buffer.from(seen.split('\r\n\r\n')[1] ?? '', 'latin1').equals(body)).toBe(true)
    })

    test.each(['GET', 'DELETE', 'OPTIONS', 'HEAD'])('%s without a body has no length', async method => {
      let seen = ''
      const server = await serve((request, { socket }) => {
        seen = request
        socket.write('HTTP/1.1 204 No Content\r\n\r\n')
      })
      await ask(user(), get(server.origin, { method }))
      expect(seen).toMatch(new RegExp(`^${method} / HTTP/1.1\r\n`))
      expect(seen).not.toContain('content-length')
    })

    test('a POST without a body says so', async () => {
      let seen = ''
      const server = await serve((request, { socket }) => {
        seen = request
        socket.write(hi)
      })
      await ask(user(), get(server.origin, { method: 'POST' }))
      expect(seen).toContain('content-length: 0\r\n')
    })

    test.each([
      ['a line break in a header', { headers: ['x-a', 'b\r\nx-b: c'] }],
      ['a header value beyond latin-1', { headers: ['x-a', '\u20ac'] }],
      ['a header name with a space', { headers: ['x a', 'b'] }],
      ['a space in the path', { path: '/a b' }],
      ['a line break in the path', { path: '/a\r\nx: y' }],
      ['a path without a slash', { path: 'a' }],
      ['a transfer-encoding of its own', { headers: ['transfer-encoding', 'chunked'] }],
    ])('%s cannot be sent', async (_name, request) => {
      const server = await serveText(hi)
      const dispatcher = user()
      const asked = await ask(dispatcher, get(server.origin, request))
      expect(asked.failure?.kind).toBe('unsendable request')
      expect(asked.calls).toEqual(['error'])
      expect(server.requestsByConnection.reduce((sum, count) => sum + count, 0)).toBe(0)
      expect((await ask(dispatcher, get(server.origin))).failure).toBeUndefined()
    })
  })

  describe('connections', () => {
    test('callbacks come in order, never inside dispatch, with the connection for the first request only', async () => {
      const server = await serveText(hi)
      const dispatcher = user()
      const first = await ask(dispatcher, get(server.origin))
      expect(first.calls).toEqual(['connect', 'send', 'headers', 'data', 'end'])
      expect(first.connectUs).toBeGreaterThan(0)
      expect(first.tlsUs).toBe(-1)
      const second = await ask(dispatcher, get(server.origin))
      expect(second.calls).toEqual(['send', 'headers', 'data', 'end'])
      expect(second.sent).toBe(first.sent)
      expect(dispatcher.connections).toBe(1)
    })

    test('one connection a user, however many requests', async () => {
      const server = await serveText(hi)
      const made = factory()
      const users = [made.open(), made.open(), made.open()]
      const request = get(server.origin)
      await Promise.all(
        users.map(async each => {
          for (let index = 0; index < 20; index++) await ask(each, request)
        }),
      )
      expect(server.requestsByConnection).toEqual([20, 20, 20])
      expect(made.connections).toBe(3)
    })

    test('the same user asks two origins over two connections', async () => {
      const [one, other] = [await serveText(hi), await serveText(hi)]
      const dispatcher = user()
      for (let index = 0; index < 3; index++) {
        await ask(dispatcher, get(one.origin))
        await ask(dispatcher, get(other.origin))
      }
      expect([one.requestsByConnection, other.requestsByConnection]).toEqual([[3], [3]])
      expect(dispatcher.connections).toBe(2)
    })

    test('a second request of a user waits for the first: nothing is pipelined', async () => {
      let open = 0
      let most = 0
      const server = await serve(async (_request, { socket }) => {
        most = Math.max(most, ++open)
        await sleep(5)
        open--
        socket.write(hi)
      })
      const dispatcher = user()
      const all = await Promise.all([1, 2, 3].map(() => ask(dispatcher, get(server.origin))))
      expect(all.map(each => each.failure)).toEqual([undefined, undefined, undefined])
      expect(most).toBe(1)
      expect(server.requestsByConnection).toEqual([3])
    })

    test('HEAD, 204, chunks and a GET with a body leave the connection usable', async () => {
      const server = await serve((request, { socket }) => {
        const chunkedHi = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'
        if (request.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
        else if (request.startsWith('PUT')) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
        else socket.write(chunkedHi)
      })
      const dispatcher = user()
      for (const method of ['HEAD', 'PUT', 'GET']) await ask(dispatcher, get(server.origin, { method }))
      await ask(dispatcher, get(server.origin, { body: Buffer.from('{}') }))
      expect((await ask(dispatcher, get(server.origin))).body.toString()).toBe('hi')
      expect(server.requestsByConnection).toEqual([5])
    })

    test('a pool holds to its number, whoever asks', async () => {
      const server = await serve(async (_request, { socket }) => {
        await sleep(2)
        socket.write(hi)
      })
      const made = factory({ connections: { pooled: 3 } })
      const users = Array.from({ length: 10 }, () => made.open())
      await Promise.all(users.flatMap(each => [1, 2, 3].map(() => ask(each, get(server.origin)))))
      expect(server.accepted).toBe(3)
      expect(server.requestsByConnection.reduce((sum, count) => sum + count, 0)).toBe(30)
      expect(made.connections).toBe(3)
    })

    test('keepAlive: false opens one a request and says so', async () => {
      let seen = ''
      const server = await serve((request, { socket }) => {
        seen = request
        socket.write(hi)
      })
      const dispatcher = user({ keepAlive: false })
      for (let index = 0; index < 3; index++) {
        expect((await ask(dispatcher, get(server.origin))).calls[0]).toBe('connect')
      }
      expect(seen).toContain('connection: close\r\n')
      expect(server.requestsByConnection).toEqual([1, 1, 1])
    })

    test('a server that says close is not asked again on that connection', async () => {
      const server = await serveText('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
      const dispatcher = user()
      for (let index = 0; index < 3; index++) await ask(dispatcher, get(server.origin))
      expect(server.requestsByConnection).toEqual([1, 1, 1])
    })

    test('HTTP/1.0 lives on only where the server says so', async () => {
      const closing = await serveText('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi')
      const keeping = await serveText('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi')
      const dispatcher = user()
      for (const server of [closing, keeping, closing, keeping]) await ask(dispatcher, get(server.origin))
      expect(closing.requestsByConnection).toEqual([1, 1])
      expect(keeping.requestsByConnection).toEqual([2])
    })

    test('a connection that the server closed between requests is replaced without a failure', async () => {
      const server = await serve((_request, { socket }) => {
        socket.write(hi)
        setTimeout(() => socket.end(), 5)
      })
      const dispatcher = user()
      await ask(dispatcher, get(server.origin))
      while (server.open > 0 || dispatcher.connections > 0) await sleep(2)
      const again = await ask(dispatcher, get(server.origin, { method: 'POST' }))
      expect(again.failure).toBeUndefined()
      expect(again.calls[0]).toBe('connect')
    })

    test('a server that announces keep-alive: timeout=1 is not met at its close', async () => {
      const server = await serveText('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nhi')
      const dispatcher = user()
      await ask(dispatcher, get(server.origin))
      await ask(dispatcher, get(server.origin))
      expect(server.requestsByConnection).toEqual([1, 1])
    })

    test('bytes that nobody asked for close the connection', async () => {
      const server = await serve((_request, { socket }) => {
        socket.write(hi)
        setTimeout(() => socket.write(hi), 5)
      })
      const dispatcher = user()
      await ask(dispatcher, get(server.origin))
      while (dispatcher.connections > 0) await sleep(2)
      const next = await ask(dispatcher, get(server.origin))
      expect(next.failure).toBeUndefined()
      expect(server.requestsByConnection).toEqual([1, 1])
    })

    test('bytes behind an answer are not the next answer', async () => {
      const server = await serveText(`${hi}HTTP/1.1 500 Smuggled\r\nContent-Length: 2\r\n\r\nno`)
      const dispatcher = user()
      for (let index = 0; index < 3; index++) {
        const asked = await ask(dispatcher, get(server.origin))
        expect([asked.status, asked.body.toString()]).toEqual([200, 'hi'])
      }
      expect(server.requestsByConnection).toEqual([1, 1, 1])
    })

    test('reset opens a new connection', async () => {
      const server = await serveText(hi)
      const dispatcher = user()
      await ask(dispatcher, get(server.origin))
      dispatcher.reset()
      expect(dispatcher.connections).toBe(0)
      await ask(dispatcher, get(server.origin))
      expect(server.requestsByConnection).toEqual([1, 1])
    })

    test('reset leaves a pool alone', async () => {
      const server = await serveText(hi)
      const dispatcher = user({ connections: { pooled: 1 } })
      await ask(dispatcher, get(server.origin))
      dispatcher.reset()
      await ask(dispatcher, get(server.origin))
      expect(server.requestsByConnection).toEqual([2])
    })
  })

  describe('failures', () => {
    test('ECONNREFUSED, and the next request tries again', async () => {
      const server = await serveText(hi)
      await server.close()
      const asked = await ask(user(), get(server.origin))
      expect(asked.failure).toMatchObject({ kind: 'ECONNREFUSED', hasLatency: false })
      expect(asked.calls).toEqual(['error'])
      expect([asked.sent, asked.received]).toEqual([0, 0])
    })

    test.each([
      ['closed', (socket: { end(): void }) => socket.end()],
      ['reset', (socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy()],
    ] as const)('ECONNRESET where the connection is %s before the answer', async (_name, cut) => {
      const server = await serve((_request, { socket }) => cut(socket))
      const dispatcher = user()
      const asked = await ask(dispatcher, get(server.origin))
      expect(asked.failure).toMatchObject({ kind: 'ECONNRESET', hasLatency: false })
      expect(asked.calls).toEqual(['connect', 'send', 'error'])
      expect(server.requestsByConnection).toEqual([1])
      expect(dispatcher.connections).toBe(0)
    })

    test('ECONNRESET in the middle of the head', async () => {
      const server = await serveText('HTTP/1.1 200 OK\r\nContent-Le', true)
      expect((await ask(user(), get(server.origin))).failure?.kind).toBe('ECONNRESET')
    })

    test('a reused connection that fails is not asked twice', async () => {
      const server = await serve((_request, { socket, requests }) => {
        if (requests === 1) socket.write(hi)
        else socket.resetAndDestroy()
      })
      const dispatcher = user()
      await ask(dispatcher, get(server.origin))
      const asked = await ask(dispatcher, get(server.origin))
      expect(asked.failure?.kind).toBe('ECONNRESET')
      expect(server.requestsByConnection).toEqual([2])
    })

    test.each([
      ['a length, closed', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhi', false],
      ['a length, reset', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhi', true],
      ['a length and connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 50\r\n\r\nhi', false],
      ['chunks, closed', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi', false],
      [
        'chunks and connection: close',
        'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi',
        false,
      ],
      ['chunks without the last one', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n', false],
      ['no end but a reset', 'HTTP/1.1 200 OK\r\n\r\nhi', true],
    ])('truncated body: %s', async (_name, text, reset) => {
      const server = await serve(async (_request, { socket }) => {
        socket.write(text)
        await sleep(20)
        if (reset) socket.resetAndDestroy()
        else socket.end()
      })
      const asked = await ask(user(), get(server.origin))
      expect(asked.failure).toMatchObject({ kind: 'truncated body', hasLatency: false })
      expect(asked.status).toBe(200)
      expect(asked.received).toBe(text.length)
    })

    test('timeout (first byte): nothing comes', async () => {
      const server = await serve(() => undefined)
      const dispatcher = user()
      const asked = await ask(dispatcher, get(server.origin, { timeoutMs: 60 }))
      expect(asked.failure).toMatchObject({ kind: 'timeout (first byte)', hasLatency: true })
      expect(dispatcher.connections).toBe(0)
    })

    test('timeout (body): it begins and stalls', async () => {
      const server = await serveText('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhi')
      const asked = await ask(user(), get(server.origin, { timeoutMs: 60 }))
      expect(asked.failure).toMatchObject({ kind: 'timeout (body)', hasLatency: true })
      expect(asked.status).toBe(200)
    })

    test('timeout (body): a trickle does not prolong it', async () => {
      const server = await serve((_request, { socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n')
        const timer = setInterval(() => socket.write('x'), 5)
        socket.on('close', () => clearInterval(timer))
      })
      const asked = await ask(user(), get(server.origin, { timeoutMs: 80 }))
      expect(asked.failure?.kind).toBe('timeout (body)')
    })

    test('timeout (connect): the TLS handshake is not answered', async () => {
      const server = await serve(() => undefined)
      const origin = server.origin.replace('http:', 'https:')
      const asked = await ask(user({ connectTimeoutMs: 60 }), get(origin))
      expect(asked.failure).toMatchObject({ kind: 'timeout (connect)', hasLatency: true })
      expect(asked.calls).toEqual(['error'])
    })

    test('a connection takes no longer than the request may', async () => {
      const server = await serve(() => undefined)
      const asked = await ask(user(), get(server.origin.replace('http:', 'https:'), { timeoutMs: 60 }))
      expect(asked.failure?.kind).toBe('timeout (connect)')
    })

    test('after a timeout the late answer is not the next one', async () => {
      const server = await serve(async (_request, { socket }) => {
        if (server.accepted > 1) socket.write(hi)
        else {
          await sleep(90)
          socket.write('HTTP/1.1 500 Late\r\nContent-Length: 4\r\n\r\nlate')
        }
      })
      const dispatcher = user()
      await ask(dispatcher, get(server.origin, { timeoutMs: 40 }))
      const next = await ask(dispatcher, get(server.origin))
      expect([next.status, next.body.toString()]).toEqual([200, 'hi'])
    })

    test('a name that does not resolve', async () => {
      const unknown = new DnsCache(undefined, (_name, done) =>
        done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
      )
      const asked = await ask(user({}, { names: unknown }), get('http://squall.test'))
      expect(asked.failure).toMatchObject({ kind: 'dns (ENOTFOUND)', hasLatency: false })
    })

    test('a name with a dead and a living address reaches the living one', async () => {
      const server = await serveText(hi)
      const addresses = ['127.0.0.2', '127.0.0.1'].map(address => ({ address, family: 4 }))
      const dispatcher = user({}, { names: new DnsCache(undefined, (_name, done) => done(null, addresses)) })
      const asked = await ask(dispatcher, get(`http://squall.test:${server.port}`))
      expect(asked.failure).toBeUndefined()
      expect(asked.calls[0]).toBe('connect')
    })

    describe('an address that the test may not load', () => {
      const name = (...answers: readonly string[]): DnsCache => {
        let turn = 0
        let nowMs = 0
        return new DnsCache(
          // Every answer is too old for the next connection.
          () => (nowMs += 100_000),
          (_name, done) => {
            const address = answers[Math.min(turn++, answers.length - 1)] ?? ''
            done(null, [{ address, family: 4 }])
          },
        )
      }

      test('is never connected to, and is judged with its port and the name that led there', async () => {
        const server = await serveText(hi)
        const asked: unknown[] = []
        const forbidden = (address: string, port: number, hostname: string) => {
          asked.push([address, port, hostname])
          return 'it is not in the list'
        }
        const dispatcher = user({}, { forbidden, names: name('127.0.0.1') })
        const { failure } = await ask(dispatcher, get(`http://squall.test:${server.port}`))
        expect(failure?.kind).toBe('address not allowed')
        expect(failure?.message).toBe(`squall.test is 127.0.0.1, port ${server.port}: it is not in the list`)
        expect(asked).toEqual([['127.0.0.1', server.port, 'squall.test']])
        expect(server.accepted).toBe(0)
      })

      test('is asked for twice a connection, and never for a request', async () => {
        const server = await serveText(hi)
        const asked: string[] = []
        const dispatcher = user({}, { forbidden: address => void asked.push(address) })
        for (let i = 0; i < 3; i++) expect((await ask(dispatcher, get(server.origin))).status).toBe(200)
        expect(asked).toEqual(['127.0.0.1', '127.0.0.1'])
      })

      test('is found where the answers of a name change between two connections', async () => {
        const server = await serveText(hi, true)
        const forbidden = (address: string) => (address === '127.0.0.1' ? undefined : 'it has changed')
        const dispatcher = user({ keepAlive: false }, { forbidden, names: name('127.0.0.1', '127.0.0.2') })
        const origin = `http://squall.test:${server.port}`
        expect((await ask(dispatcher, get(origin))).status).toBe(200)
        expect((await ask(dispatcher, get(origin))).failure?.kind).toBe('address not allowed')
        expect(server.accepted).toBe(1)
      })

      test.each([
        ['plain', false],
        ['TLS', true],
      ])('is found at the connected %s socket, before the first byte', async (_name, tls) => {
        const bytes: Buffer[] = []
        const closed = Promise.withResolvers<void>()
        const server = createServer(socket => {
          socket.on('data', chunk => bytes.push(chunk))
          socket.on('error', () => undefined)
          socket.on('close', () => closed.resolve())
        })
        await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
        const address = server.address()
        const port = typeof address === 'object' && address !== null ? address.port : 0
        // The system takes the unspecified address for this machine: what is connected is not what was resolved.
        const forbidden = (reached: string) => (reached === '0.0.0.0' ? undefined : `${reached} is behind it`)
        const dispatcher = user({ tls: { insecure: true } }, { forbidden, names: name('0.0.0.0') })
        const asked = await ask(dispatcher, get(`${tls ? 'https' : 'http'}://squall.test:${port}`))
        await closed.promise
        await new Promise(done => server.close(done))
        expect(asked.failure?.kind).toBe('address not allowed')
        expect(asked.failure?.message).toContain('127.0.0.1 is behind it')
        expect(asked.calls).toEqual(['error'])
        expect(bytes).toEqual([])
      })

      test('is not reached by a pool', async () => {
        const server = await serveText(hi)
        const made = factory({ connections: { pooled: 2 } }, { forbidden: () => 'it is not in the list' })
        const all = [made.open(), made.open(), made.open()].map(each => ask(each, get(server.origin)))
        const kinds = (await Promise.all(all)).map(each => each.failure?.kind)
        expect(kinds).toEqual(Array(3).fill('address not allowed'))
        expect(server.accepted).toBe(0)
      })

      test('is refused by a real allow-list, and what it names is not', async () => {
        const server = await serveText(hi)
        const rules = (cidr: string) =>
          forbiddenAddress({ hosts: ['127.0.0.1', 'localhost'], cidrs: [cidr], ports: [server.port] })
        const kind = async (cidr: string, origin: string) =>
          (await ask(user({}, { forbidden: rules(cidr) }), get(origin))).failure?.kind
        expect(await kind('127.0.0.1/32', server.origin)).toBeUndefined()
        expect(await kind('127.0.0.1/32', `http://0x7f000001:${server.port}`)).toBeUndefined()
        expect(await kind('0.0.0.0/0', server.origin)).toBe('address not allowed')
        expect(await kind('127.0.0.2/32', server.origin)).toBe('address not allowed')
        expect(await kind('127.0.0.1/32', `http://127.0.0.1:${server.port === 1 ? 2 : 1}`)).toBe('address not allowed')
        expect(await kind('127.0.0.1/32', `http://[::ffff:169.254.169.254]:${server.port}`)).toBe('address not allowed')
        expect(server.accepted).toBe(2)
      })
    })

    test('destroy interrupts what is under way, at once, and closes', async () => {
      const server = await serve(() => undefined)
      const made = factory()
      const [dispatcher, other] = [made.open(), made.open()]
      const sent = Promise.withResolvers<void>()
      const asked = ask(dispatcher, get(server.origin), call => call === 'send' && sent.resolve())
      const waiting = ask(dispatcher, get(server.origin))
      const connecting = ask(other, get(server.origin))
      await sent.promise
      dispatcher.destroy()
      made.close()
      for (const each of await Promise.all([asked, waiting, connecting])) {
        expect(each.failure).toMatchObject({ kind: 'interrupted', hasLatency: false })
      }
      expect(made.connections).toBe(0)
    })

    test("destroy of one user of a pool leaves the others' requests alone", async () => {
      const answers: (() => void)[] = []
      const server = await serve((_request, { socket }) => {
        answers.push(() => socket.write(hi))
      })
      const made = factory({ connections: { pooled: 2 } })
      const [mine, theirs] = [made.open(), made.open()]
      const all = [mine, theirs, mine, theirs].map(each => ask(each, get(server.origin)))
      while (answers.length < 2) await sleep(2)
      mine.destroy()
      while (answers.length < 3) await sleep(2)
      for (const answer of answers) answer()
      const outcomes = (await Promise.all(all)).map(each => each.failure?.kind)
      expect(outcomes).toEqual(['interrupted', undefined, 'interrupted', undefined])
    })
  })

  describe('TLS', () => {
    const secure = (): Promise<RawServer> => serve((_request, { socket }) => socket.write(hi), true)

    test('a known authority: TLS is measured apart from the connection', async () => {
      const server = await secure()
      const dispatcher = user({ tls: { ca: certificate, insecure: false } })
      const first = await ask(dispatcher, get(server.origin))
      expect(first.failure).toBeUndefined()
      expect(first.calls).toEqual(['connect', 'send', 'headers', 'data', 'end'])
      expect(first.tlsUs).toBeGreaterThan(0)
      expect(first.connectUs).toBeGreaterThan(0)
      expect((await ask(dispatcher, get(server.origin))).calls[0]).toBe('send')
      expect(server.requestsByConnection).toEqual([2])
    })

    test.each([
      ['plain', false],
      ['TLS', true],
    ])('requests sent as soon as the last answer has ended stay on one %s connection', async (_name, tls) => {
      const server = await serve((_request, { socket }) => socket.write(hi), tls)
      const dispatchers = [1, 2, 3].map(() => user({ tls: { insecure: true } }))
      await Promise.all(
        dispatchers.map(async dispatcher => {
          // The next is dispatched inside the last callback, as a load does.
          const next = (left: number, done: () => void): void => {
            void ask(dispatcher, get(server.origin), call => {
              if (call === 'end') left === 0 ? done() : next(left - 1, done)
            })
          }
          await new Promise<void>(done => next(49, done))
        }),
      )
      expect(server.requestsByConnection).toEqual([50, 50, 50])
    })

    test('a big body over TLS', async () => {
      const server = await serve((_request, { socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
        socket.write(Buffer.alloc(1_000_000, 'y'))
      }, true)
      const asked = await ask(user({ tls: { insecure: true } }), get(server.origin))
      expect(asked.body.equals(Buffer.alloc(1_000_000, 'y'))).toBe(true)
    })

    test("the scenario's attached file is the authority", async () => {
      const server = await secure()
      const files = new Map([['ca.pem', Buffer.from(certificate)]])
      const asked = await ask(user({ tls: { ca: 'ca.pem', insecure: false } }, { files }), get(server.origin))
      expect(asked.failure).toBeUndefined()
    })

    test.each([
      ['self-signed', {}, 'tls (DEPTH_ZERO_SELF_SIGNED_CERT)'],
      ['of another authority', { ca: otherAuthority }, 'tls (DEPTH_ZERO_SELF_SIGNED_CERT)'],
      ['for another name', { ca: certificate, servername: 'elsewhere.test' }, 'tls (ERR_TLS_CERT_ALTNAME_INVALID)'],
    ])('a certificate that is %s', async (_name, tls, kind) => {
      const server = await secure()
      const asked = await ask(user({ tls: { insecure: false, ...tls } }), get(server.origin))
      expect(asked.failure).toMatchObject({ kind, hasLatency: false })
      expect(asked.calls).toEqual(['error'])
    })

    test('insecure takes any certificate; servername is what the server is asked for', async () => {
      const names: unknown[] = []
      const server = await serve((_request, { socket }) => {
        names.push('servername' in socket ? socket.servername : undefined)
        socket.write(hi)
      }, true)
      await ask(user({ tls: { insecure: true, servername: 'squall.test' } }), get(server.origin))
      expect(names).toEqual(['squall.test'])
    })

    test('a plain server behind https', async () => {
      const server = createServer(socket => {
        socket.on('error', () => undefined)
        socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const asked = await ask(user(), get(`https://127.0.0.1:${port}`))
      server.close()
      expect(asked.failure?.kind).toMatch(/^tls \(/)
    })

    test('a session is resumed by the same user, and by no other', async () => {
      const reused: boolean[] = []
      const server = await serve((_request, { socket }) => {
        reused.push('isSessionReused' in socket && (socket as { isSessionReused(): boolean }).isSessionReused())
        socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
      }, true)
      const made = factory({ tls: { insecure: true } })
      const [one, other] = [made.open(), made.open()]
      for (const each of [one, one, other]) {
        await ask(each, get(server.origin))
        // The session ticket follows the handshake.
        await sleep(20)
      }
      one.reset()
      await ask(one, get(server.origin))
      expect(reused).toEqual([false, true, false, false])
    })
  })
}
