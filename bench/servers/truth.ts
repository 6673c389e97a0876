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

/** Turns of the loop that are further apart by so much were kept from it. */
const tickMs = 2
const lateMs = 4

type Stamp = { readonly number: number; readonly at: bigint; answered: bigint }
let stamps: Stamp[] = []
let stalls: { readonly begin: bigint; readonly end: bigint }[] = []
let turnedAt = process.hrtime.bigint()
let nextStall = 0
let startMs = Number.NaN
let freeAt = new Float64Array(mode === 'queue' ? first : 0)
/** Answers in the order in which they are due. */
const waiting: { readonly socket: Socket; readonly dueMs: number; readonly stamp: Stamp }[] = []
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

const ns = (ms: number) => BigInt(Math.round(ms * 1e6))

/** Notes when the loop stood still; to be called before anything is done in a turn of it. */
function seeStalls(): void {
  const now = process.hrtime.bigint()
  if (now - turnedAt > ns(tickMs + lateMs)) stalls.push({ begin: turnedAt, end: now })
  turnedAt = now
  const first = stamps[0]
  if (mode !== 'stall' || first === undefined) return
  const begin = first.at + ns(fourth + nextStall * third)
  if (now < begin + ns(second)) return
  stalls.push({ begin, end: begin + ns(second) })
  nextStall++
}

/** A timer may fire a little early by the clock that stamps; nothing is answered before it is due. */
function answerDue(): void {
  timer = undefined
  seeStalls()
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const restMs = next.dueMs - performance.now()
    if (restMs > 0) {
      timer = setTimeout(answerDue, Math.max(1, restMs))
      return
    }
    waiting.shift()
    next.stamp.answered = process.hrtime.bigint()
    if (next.socket.writable) next.socket.write(answer)
  }
}

function request(socket: Socket, path: string): void {
  if (path === '/stamps' || path === '/stalls') {
    const rows =
      path === '/stamps'
        ? stamps.map(each => [each.number, each.at, each.answered])
        : stalls.map(each => [each.begin, each.end])
    const text = rows.map(row => `${row.join(' ')}\n`).join('')
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
    return
  }
  if (path === '/reset') {
    stamps = []
    stalls = []
    nextStall = 0
    startMs = Number.NaN
    freeAt = new Float64Array(freeAt.length)
    socket.write(answer)
    return
  }
  const atMs = performance.now()
  if (stamps.length === 0) startMs = atMs
  const number = Number(/^\/t\/(\d+)/.exec(path)?.[1] ?? stamps.length)
  const stamp: Stamp = { number, at: process.hrtime.bigint(), answered: 0n }
  stamps.push(stamp)
  if (mode === 'at-once') {
    stamp.answered = stamp.at
    socket.write(answer)
    return
  }
  waiting.push({ socket, dueMs: dueMs(atMs), stamp })
  if (timer === undefined) answerDue()
}

const server = createServer({ noDelay: true }, socket => {
  let held = ''
  socket.on('error', () => undefined)
  socket.on('data', bytes => {
    seeStalls()
    const heads = (held + bytes.toString('latin1')).split('\r\n\r\n')
    held = heads.pop() ?? ''
    for (const head of heads) request(socket, head.split(' ')[1] ?? '/')
  })
})
server.listen(Number(port), '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`))
if (mode !== 'at-once') setInterval(seeStalls, tickMs)
