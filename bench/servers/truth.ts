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
/** The instant of the first arrival: what the model counts from. */
let start = 0n
let freeAt = new Float64Array(mode === 'queue' ? first : 0)
/** Answers in the order in which they are due. */
const waiting: { readonly socket: Socket; readonly due: bigint; readonly stamp: Stamp }[] = []
let timer: NodeJS.Timeout | undefined

const ns = (ms: number) => BigInt(Math.round(ms * 1e6))

/** When what came at an instant is answered; both as milliseconds from the first arrival. */
function dueMs(atMs: number): number {
  if (mode === 'stall') {
    const stalls = { delayMs: first, stallMs: second, periodMs: third, firstMs: fourth }
    return afterStall(afterStall(atMs, stalls) + first, stalls)
  }
  const soonest = freeAt.indexOf(Math.min(...freeAt))
  freeAt[soonest] = Math.max(atMs, freeAt[soonest] ?? 0) + second
  return freeAt[soonest] ?? atMs
}

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

/**
 * A timer may fire up to 1 ms early by the clock that stamps; nothing is answered before it is due. One reading of that
 * clock decides and is the stamp: between two readings this process may have stood still.
 */
function answerDue(): void {
  timer = undefined
  seeStalls()
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const now = process.hrtime.bigint()
    if (now < next.due) {
      timer = setTimeout(answerDue, Math.max(1, Number(next.due - now) / 1e6))
      return
    }
    waiting.shift()
    next.stamp.answered = now
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
    freeAt = new Float64Array(freeAt.length)
    socket.write(answer)
    return
  }
  const at = process.hrtime.bigint()
  if (stamps.length === 0) start = at
  const number = Number(/^\/t\/(\d+)/.exec(path)?.[1] ?? stamps.length)
  const stamp: Stamp = { number, at, answered: 0n }
  stamps.push(stamp)
  if (mode === 'at-once') {
    stamp.answered = at
    socket.write(answer)
    return
  }
  waiting.push({ socket, due: start + ns(dueMs(Number(at - start) / 1e6)), stamp })
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
