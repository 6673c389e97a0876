/**
 * `truth.c` for machines without a C compiler, and for tests: the same words on the command line, the same answers, a
 * little later. `node bench/servers/truth.ts PORT at-once | stall DELAY_MS STALL_MS PERIOD_MS FIRST_MS | queue WORKERS
 * SERVICE_MS`
 */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterStall } from '../truth-model.ts'

const [port = '0', mode = 'at-once', ...words] = process.argv.slice(2)
const [first = 0, second = 0, third = 1, fourth = 0] = words.map(Number)
const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nhello, world!'

let stamps: { readonly number: number; readonly ns: bigint }[] = []
let startMs = Number.NaN
let freeAt = new Float64Array(mode === 'queue' ? first : 0)
/** Answers in the order in which they are due. */
const waiting: { readonly socket: Socket; readonly dueMs: number }[] = []
let timer: NodeJS.Timeout | undefined

function dueMs(atMs: number): number {
  if (mode === 'stall') {
    const stalls = { delayMs: first, stallMs: second, periodMs: third, firstMs: fourth }
    return startMs + afterStall(afterStall(atMs - startMs, stalls) + first, stalls)
  }
  const soonest = freeAt.indexOf(Math.min(...freeAt))
  freeAt[soonest] = Math.max(atMs, freeAt[soonest] ?? 0) + second
  return freeAt[soonest] ?? atMs
}

/** A timer may fire a little early by the clock that stamps; nothing is answered before it is due. */
function answerDue(): void {
  timer = undefined
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const restMs = next.dueMs - performance.now()
    if (restMs > 0) {
      timer = setTimeout(answerDue, Math.max(1, restMs))
      return
    }
    waiting.shift()
    if (next.socket.writable) next.socket.write(answer)
  }
}

function request(socket: Socket, path: string): void {
  if (path === '/stamps') {
    const text = stamps.map(({ number, ns }) => `${number} ${ns}\n`).join('')
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
    return
  }
  if (path === '/reset') {
    stamps = []
    startMs = Number.NaN
    freeAt = new Float64Array(freeAt.length)
    socket.write(answer)
    return
  }
  const atMs = performance.now()
  if (stamps.length === 0) startMs = atMs
  stamps.push({ number: Number(/^\/t\/(\d+)/.exec(path)?.[1] ?? stamps.length), ns: process.hrtime.bigint() })
  if (mode === 'at-once') {
    socket.write(answer)
    return
  }
  waiting.push({ socket, dueMs: dueMs(atMs) })
  if (timer === undefined) answerDue()
}

const server = createServer({ noDelay: true }, socket => {
  let held = ''
  socket.on('error', () => undefined)
  socket.on('data', bytes => {
    const heads = (held + bytes.toString('latin1')).split('\r\n\r\n')
    held = heads.pop() ?? ''
    for (const head of heads) request(socket, head.split(' ')[1] ?? '/')
  })
})
server.listen(Number(port), '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`))
