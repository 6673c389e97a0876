/**
 * The bench's target where there is no C compiler: what servers/fast.c does, as fast as Node can. `fast.ts PORT
 * [CERTIFICATE KEY]`, PORT 0 takes a free one; prints "listening PORT".
 */
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

const item = JSON.stringify({
  id: 4711,
  name: 'Folding chair',
  price: { amount: 49.9, currency: 'EUR' },
  tags: ['garden', 'sale'],
  stock: 17,
})
const answers = {
  small: answer('text/plain', 'hello, world!'),
  large: answer('text/plain', 'x'.repeat(10_000)),
  item: answer('application/json', item),
}
let requests = 0
let opened = 0

function answer(type: string, body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nServer: fast/1.0\r\nDate: Tue, 01 Jul 2025 00:00:00 GMT\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`,
  )
}

function answerTo(target: string): Buffer {
  if (target === '/count') return answer('text/plain', `${requests} ${opened}`)
  requests++
  if (target.startsWith('/large')) return answers.large
  return target.startsWith('/item') ? answers.item : answers.small
}

function serve(socket: Socket): void {
  opened++
  let text = ''
  let bodyLeft = 0
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    for (;;) {
      const passed = Math.min(bodyLeft, text.length)
      bodyLeft -= passed
      const end = text.indexOf('\r\n\r\n', passed)
      if (bodyLeft > 0 || end < 0) {
        text = text.slice(passed)
        return
      }
      const head = text.slice(passed, end)
      text = text.slice(end + 4)
      if (!head.startsWith('GET')) bodyLeft = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      socket.write(answerTo(head.split(' ', 2)[1] ?? ''))
    }
  })
}

const [port = '0', certificate, key] = process.argv.slice(2)
const server =
  certificate === undefined || key === undefined
    ? createServer(serve)
    : createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve)
server.listen(Number(port), '127.0.0.1', 4096, () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`)
})
