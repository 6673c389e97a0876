import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FastHeaders } from '../../lib/generate/fast-headers.ts'
import { FastResponseParser } from '../../lib/generate/fast-response-parser.ts'
import { type FuzzedCase, fuzzedCase } from './fuzzed-response.ts'

/** What a parser made of a response after which the server closed. */
type Outcome = {
  readonly accepted: boolean
  readonly status: number
  readonly body: string
  readonly headers: readonly string[]
  /** Bytes came behind the answer. */
  readonly surplus?: boolean
  readonly error: string
}

/** `SQUALL_FUZZ_CASES=100000 npx vitest run test/dispatch/differential` for a long look. */
const cases = Number(process.env['SQUALL_FUZZ_CASES'] ?? 300)

function throughOurs({ method, text, pieces }: FuzzedCase): Outcome {
  let headers: readonly string[] = []
  let body = ''
  let complete = false
  const view = new FastHeaders()
  const parser: FastResponseParser = new FastResponseParser({
    onHead: () => {
      view.point(parser.headBytes, parser.headersFrom, parser.headersTo)
      headers = view.entries().flat()
    },
    onBody: (bytes, from, to) => {
      body += Buffer.from(bytes.subarray(from, to)).toString('latin1')
    },
    onComplete: () => {
      complete = true
    },
  })
  parser.begin(method === 'HEAD')
  const bytes = Buffer.from(text, 'latin1')
  // As from the shared read buffer: what a piece held is overwritten by the next.
  const shared = Buffer.alloc(bytes.length)
  let read = 0
  for (const piece of cut(bytes, pieces)) {
    shared.fill(0)
    piece.copy(shared)
    read += parser.execute(shared, 0, piece.length)
    if (complete || parser.error !== '') break
  }
  if (!complete && parser.error === '') parser.finish()
  const { status, error } = parser
  const surplus = complete && read < bytes.length
  return { accepted: complete, status, body, headers, surplus, error: error || (complete ? '' : 'cut off') }
}

function cut(bytes: Buffer, pieces: readonly number[]): readonly Buffer[] {
  const list: Buffer[] = []
  let at = 0
  for (const length of pieces) {
    if (at < bytes.length) list.push(bytes.subarray(at, at + length))
    at += length
  }
  if (at < bytes.length) list.push(bytes.subarray(at))
  return list
}

/** Node's own client (llhttp) on a keep-alive connection to a server that writes the text and closes. */
async function throughNode(port: number, method: string): Promise<Outcome> {
  // Asks for keep-alive, as we do, but ends with its one request.
  const agent = new Agent({ keepAlive: true })
  const outcome = await new Promise<Outcome>(resolve => {
    let status = 0
    let headers: readonly string[] = []
    let body = ''
    const refuse = (error: Error): void => resolve({ accepted: false, status, body, headers, error: error.message })
    const asked = request({ port, host: '127.0.0.1', agent, method, insecureHTTPParser: false, maxHeaderSize: 65_536 })
    asked.on('response', response => {
      status = response.statusCode ?? 0
      headers = response.rawHeaders.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text))
      response.setEncoding('latin1')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', refuse)
      response.on('end', () => resolve({ accepted: response.complete, status, body, headers, error: '' }))
    })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ accepted: false, status: response.statusCode ?? 0, body, headers, error: 'upgrade' })
    })
    asked.on('error', refuse)
    asked.end()
  })
  agent.destroy()
  return outcome
}

/** Where ours is meant to differ; see FastResponseParser. */
function meantToDiffer(ours: Outcome, node: Outcome): boolean {
  const stricter = ['the answer does not start with HTTP/', 'a status below 100', 'an upgrade that was not asked for']
  if (!ours.accepted && node.accepted && stricter.includes(ours.error)) return true
  // Bytes behind a whole answer: Node fails the answer if they came in the same read and are not another one. We close.
  return ours.surplus === true && !node.accepted
}

test(`takes and refuses what Node's parser does, over ${cases} responses in random pieces`, {
  timeout: 3_600_000,
}, async () => {
  let text = ''
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text, 'latin1'))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  let bothAccepted = 0
  let bothRefused = 0
  await fc.assert(
    fc.asyncProperty(fuzzedCase, async fuzzed => {
      text = fuzzed.text
      const ours = throughOurs(fuzzed)
      const node = await throughNode(port, fuzzed.method)
      if (meantToDiffer(ours, node)) return
      expect({ accepted: ours.accepted, ours: ours.error }).toEqual({ accepted: node.accepted, ours: ours.error })
      if (!node.accepted) {
        bothRefused++
        return
      }
      bothAccepted++
      const { status, body, headers } = ours
      expect({ status, body, headers }).toEqual({ status: node.status, body: node.body, headers: node.headers })
    }),
    { numRuns: cases },
  )
  await new Promise(resolve => server.close(resolve))
  // The comparison says something only if both sides of it occur.
  expect(bothAccepted).toBeGreaterThan(cases / 10)
  expect(bothRefused).toBeGreaterThan(cases / 50)
})

test('pieces make no difference', () => {
  fc.assert(
    fc.property(fuzzedCase, fuzzed => {
      const whole = throughOurs({ ...fuzzed, pieces: [] })
      const single = throughOurs({ ...fuzzed, pieces: [...fuzzed.text].map(() => 1) })
      const some = throughOurs(fuzzed)
      for (const outcome of [single, some]) {
        expect(outcome.accepted).toBe(whole.accepted)
        if (!whole.accepted) return
        const { surplus: _ignored, ...rest } = outcome
        const { surplus: _also, ...expected } = whole
        expect(rest).toEqual(expected)
      }
    }),
    { numRuns: 2_000 },
  )
})
