import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FastServer, startFastServer } from '../../bench/fast-server.ts'
import { findCompiler } from '../../bench/truth-server.ts'

const compiler = findCompiler()
const variants: readonly (readonly [string, string | undefined])[] = [
  ['Node', undefined],
  ...(compiler === undefined ? [] : ([['C', compiler]] as const)),
]

/** What comes back on one connection, up to so many answers. */
async function exchange(origin: string, pieces: readonly string[], answers: number): Promise<readonly string[]> {
  const socket: Socket = connect({ host: '127.0.0.1', port: Number(new URL(origin).port), noDelay: true })
  await once(socket, 'connect')
  let text = ''
  const ended = new Promise<void>(resolve => {
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      if (bodies(text).length === answers) resolve()
    })
  })
  for (const piece of pieces) {
    socket.write(piece, 'latin1')
    await new Promise(setImmediate)
  }
  await ended
  socket.destroy()
  return bodies(text)
}

/** The bodies of all whole answers. */
function bodies(text: string): readonly string[] {
  const found: string[] = []
  for (let rest = text; ; ) {
    const end = rest.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, Math.max(0, end)))?.[1] ?? Number.NaN)
    if (end < 0 || rest.length < end + 4 + length) return found
    found.push(rest.slice(end + 4, end + 4 + length))
    rest = rest.slice(end + 4 + length)
  }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`

describe.each(variants)("the bench's target in %s", (_name, built) => {
  let server: FastServer
  beforeAll(async () => {
    server = await startFastServer({ tls: false, compiler: built })
  })
  afterAll(() => server.stop())

  test('answers each path with its body', async () => {
    const [small, large, item] = await exchange(server.origin, [get('/'), get('/large?x=1'), get('/item/7')], 3)
    expect(small).toBe('hello, world!')
    expect(large).toHaveLength(10_000)
    expect(JSON.parse(item ?? '')).toMatchObject({ id: 4711, stock: 17 })
  })

  test('takes requests byte by byte, several at once, and with bodies', async () => {
    const post = 'POST /item HTTP/1.1\r\nContent-Length: 7\r\n\r\nGET / \r'
    expect(await exchange(server.origin, [...get('/')], 1)).toEqual(['hello, world!'])
    expect(await exchange(server.origin, [get('/') + post + get('/')], 3)).toHaveLength(3)
    expect(await exchange(server.origin, [...post, ...get('/')], 2)).toHaveLength(2)
  })

  test('answers more than a socket holds', async () => {
    const answers = await exchange(server.origin, [get('/large').repeat(2000)], 2000)
    expect(new Set(answers)).toEqual(new Set(['x'.repeat(10_000)]))
  })

  test('counts what it has answered', async () => {
    const before = await server.count()
    await exchange(server.origin, [get('/').repeat(17)], 17)
    const after = await server.count()
    expect(after.requests - before.requests).toBe(17)
    // The second question's own connection, and the one that asked.
    expect(after.connections - before.connections).toBe(2)
  })
})
