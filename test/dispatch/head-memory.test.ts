import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeadMemory } from '../../lib/generate/fast-head-memory.ts'
import { FastHeaders } from '../../lib/generate/fast-headers.ts'
import { FastResponseParser } from '../../lib/generate/fast-response-parser.ts'
import { fuzzedCase } from './fuzzed-response.ts'

/** All that a parser tells of one response that came in one piece. */
function read(text: string, method: string, memory: HeadMemory) {
  const bytes = Buffer.from(text, 'latin1')
  const shared = Buffer.alloc(bytes.length + 4)
  bytes.copy(shared)
  const headers = new FastHeaders()
  const told: unknown[] = []
  let known = false
  const parser: FastResponseParser = new FastResponseParser(
    {
      onHead: () => {
        known = parser.knownHead !== undefined
        headers.point(parser.headBytes, parser.headersFrom, parser.headersTo, parser.knownHead)
        const { status, keepAlive, keepAliveSeconds } = parser
        told.push({ status, keepAlive, keepAliveSeconds, all: headers.entries() })
        for (const [name] of headers.entries()) told.push(headers.get(name))
        told.push(headers.get('x-not-there'))
      },
      onBody: (body, from, to) => told.push(Buffer.from(body.subarray(from, to)).toString('latin1')),
      onComplete: () => told.push('complete'),
    },
    memory,
  )
  parser.begin(method === 'HEAD')
  told.push(parser.execute(shared, 0, bytes.length), parser.error)
  return { known, told }
}

const simple = 'HTTP/1.1 200 OK\r\nServer: s\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Length: 2\r\n\r\nhi'

test('a head that is known gives what parsing it gave', () => {
  const memory = new HeadMemory()
  const first = read(simple, 'GET', memory)
  const again = read(simple, 'GET', memory)
  expect([first.known, again.known]).toEqual([false, true])
  expect(again.told).toEqual(first.told)
  // What was asked of the known head before is remembered, and still right.
  expect(read(simple, 'GET', memory).told).toEqual(first.told)
})

test('a known head is cut to no other: one byte more or less is another head', () => {
  const memory = new HeadMemory()
  read(simple, 'GET', memory)
  for (const text of [simple.replace('200', '201'), simple.replace('s\r', 't\r'), `${simple.slice(0, -2)}`]) {
    expect(read(text, 'GET', memory).told).toEqual(read(text, 'GET', new HeadMemory()).told)
  }
  expect(read(simple.slice(0, 40), 'GET', memory).known).toBe(false)
})

test('the memory makes no difference to any response, whatever came before', () => {
  const memory = new HeadMemory()
  fc.assert(
    fc.property(fc.array(fuzzedCase, { minLength: 1, maxLength: 3 }), fc.nat(9), (responses, times) => {
      for (let turn = 0; turn <= times; turn++) {
        for (const { method, text } of responses) {
          expect(read(text, method, memory).told).toEqual(read(text, method, new HeadMemory()).told)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a trailer changes nothing of a known head', () => {
  const memory = new HeadMemory()
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  const plain = read(`${head}0\r\n\r\n`, 'GET', memory)
  read(`${head}0\r\nConnection: close\r\nKeep-Alive: timeout=1\r\n\r\n`, 'GET', memory)
  const again = read(`${head}0\r\n\r\n`, 'GET', memory)
  expect([again.known, again.told]).toEqual([true, plain.told])
})

test('heads that come often are learnt although others do not come again', () => {
  const memory = new HeadMemory()
  const head = (etag: string) => `HTTP/1.1 200 OK\r\nETag: "${etag}"\r\nContent-Length: 0\r\n\r\n`
  let known = 0
  for (let i = 0; i < 100; i++) {
    read(head(`once ${i}`), 'GET', memory)
    if (read(head('often'), 'GET', memory).known) known++
  }
  expect(known).toBeGreaterThan(80)
})
