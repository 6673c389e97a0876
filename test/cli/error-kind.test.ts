import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { expect } from 'vitest'
import { it } from './shell.ts'

const certificates = new URL('../dispatch/certificates/', import.meta.url)
const tls = {
  cert: readFileSync(new URL('test-only-certificate.pem', certificates)),
  key: readFileSync(new URL('test-only-key.pem', certificates)),
}

/** What a server does with each request, by its path. */
const manners: Readonly<Record<string, (socket: Socket) => void>> = {
  '/good': socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  '/status': socket => socket.write('HTTP/1.1 418 Teapot\r\ncontent-length: 0\r\n\r\n'),
  '/reset': socket => socket.resetAndDestroy(),
  '/closed': socket => socket.end(),
  '/hangs': () => {},
  '/stalls': socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
  '/cut': socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
  '/cut-chunk': socket => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal'),
  '/garbage': socket => socket.end('220 mail.example.test ESMTP\r\n\r\n'),
}

/** To what is no request at all, such as the start of a TLS handshake. */
const badRequest = (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

it('every way of not answering is a kind of its own, by request name', async ({ openShell, onTestFinished }) => {
  const shell = openShell()
  const sockets = new Set<Socket>()
  const seen: Record<string, number> = {}
  const answer = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', data => {
      const path = data.toString('latin1').split(' ')[1] ?? ''
      seen[path] = (seen[path] ?? 0) + 1
      const manner = manners[path] ?? badRequest
      manner(socket)
    })
  }
  const plain = createTcpServer(answer)
  const secure = createTlsServer(tls, answer)
  const closed = createTcpServer()
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    plain.close()
    secure.close()
  })
  const port = await listening(plain)
  const securePort = await listening(secure)
  const closedPort = await listening(closed)
  await new Promise(resolve => closed.close(resolve))

  const rounds = 5
  const steps = Object.keys(manners).map(path => `      - { name: "${path}", get: ${path} }`)
  shell.write(
    'a.yml',
    `
target: http://127.0.0.1:${port}
http: { timeout: 300ms }
load: [{ iterations: ${rounds}, users: ${rounds} }]
flows:
  main:
    steps:
${steps.join('\n')}
      - { name: /refused, get: "http://127.0.0.1:${closedPort}/" }
      - { name: /self-signed, get: "https://127.0.0.1:${securePort}/good" }
      - { name: /no-tls, get: "https://127.0.0.1:${port}/good" }
      - { name: /check, get: /good, check: body contains nothing }
`,
  )
  for (const dispatcher of ['fast', 'undici']) {
    for (const path of Object.keys(seen)) delete seen[path]
    shell.write(`${dispatcher}.yml`, shell.read('a.yml').replace('http: {', `http: { dispatcher: ${dispatcher},`))
    const { code, report } = await shell.run([`${dispatcher}.yml`, '--generators', '2'])
    expect(code).toBe(1)
    const kinds = Object.fromEntries(
      report.requests.map(({ name, errors }) => [name, errors.map(({ kind, count }) => `${count} ${kind}`)]),
    )
    expect(kinds).toEqual({
      '/good': [],
      '/status': ['5 status 418'],
      '/reset': ['5 ECONNRESET'],
      '/closed': ['5 ECONNRESET'],
      '/hangs': ['5 timeout (first byte)'],
      '/stalls': ['5 timeout (body)'],
      '/cut': ['5 truncated body'],
      '/cut-chunk': ['5 truncated body'],
      '/garbage': ['5 bad response'],
      '/refused': ['5 ECONNREFUSED'],
      '/self-signed': ['5 tls (DEPTH_ZERO_SELF_SIGNED_CERT)'],
      '/no-tls': [expect.stringMatching(/^5 tls \(.*WRONG_VERSION/)],
      '/check': ['5 check: body contains nothing'],
    })
    for (const { name, count, failures } of report.requests)
      expect([name, count, failures]).toEqual([name, rounds, name === '/good' ? 0 : rounds])
    // Two steps more ask for /good, and the server sees nothing of what was refused or not encrypted.
    const { '/good': good, ...others } = seen
    expect(good).toBe(rounds * 2)
    const asked = Object.keys(manners).filter(path => path !== '/good')
    expect(others).toMatchObject(Object.fromEntries(asked.map(path => [path, rounds])))
    expect(report.findings.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['refused', 'timeouts', 'resets', 'tls', 'truncated']),
    )
    for (const { errors } of report.requests) for (const { sample } of errors) expect(sample).not.toBe('')
  }
})
