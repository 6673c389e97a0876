import fc from 'fast-check'

/**
 * Responses that are right, or nearly: each part is drawn from what servers send and, seldom, from what an attacker would,
 * so that most cases have at most one flaw and a wrong answer to it cannot hide behind another.
 */
function mostly<T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: wrong })
}

const version = mostly(
  fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0'),
  fc.constantFrom('HTTP/1.2', 'http/1.1'),
)
const status = mostly(
  fc.constantFrom('200', '204', '304', '404', '500', '206', '302'),
  fc.constantFrom('20', '2000', '2x0', '999', '', ' 200'),
)
const reason = mostly(fc.constantFrom(' OK', ' ', '', ' Not Found', '  Two', ' caf\xe9', ' \x01'), fc.constant('OK'))
const lineEnd = mostly(fc.constant('\r\n'), fc.constantFrom('\n', '\r', '\r\r\n', '\r\n ', '\n\r\n'))
const otherHeader = mostly(
  fc.constantFrom('X-A: b', 'Server: s', 'Set-Cookie: a=1', 'Date: now', 'X-Empty:', 'x:y', 'X-T:\ta\t', 'X-A: \xff'),
  fc.constantFrom('X-A : b', ': b', 'X-A', 'X\x00: b', 'X-A: b\x00', 'X-A: \x7f', 'X A: b', ' X-A: b', 'X(A: b'),
)
const connectionHeader = fc.constantFrom(
  'Connection: close',
  'Connection: keep-alive',
  'connection: Keep-Alive, X-A',
  'Connection: x, close',
  'Connection: upgrade',
  'Keep-Alive: timeout=5, max=10',
  'Upgrade: h2c',
)
const body = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', ' ', '\xff', '0', ':'), maxLength: 40 })

const lengthFraming = body.chain(content =>
  fc
    .oneof(
      { weight: 8, arbitrary: fc.constant(`Content-Length: ${content.length}`) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          `content-length:${content.length}`,
          `Content-Length: 0${content.length}`,
          `Content-Length: ${content.length} `,
          `Content-Length: ${content.length}\r\nContent-Length: ${content.length}`,
          `Content-Length: ${content.length}, ${content.length}`,
          `Content-Length: -${content.length}`,
          `Content-Length: +${content.length}`,
          `Content-Length: ${content.length}.0`,
          `Content-Length: ${content.length} 1`,
          'Content-Length:',
          'Content-Length: 18446744073709551616',
          `Content-Length: ${content.length}\r\nTransfer-Encoding: chunked`,
          `Transfer-Encoding: chunked\r\nContent-Length: ${content.length}`,
          `Transfer-Encoding: identity\r\nContent-Length: ${content.length}`,
        ),
      },
    )
    .map(header => ({ header, content })),
)

const extensionPiece = fc.constantFrom(';', 'a', '=', '"', '\\', ' ', ';b', '\xe9', '\x01')
const chunkExtension = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(';a', ';a=b', ';a="b c"', ';a="\\""', ';a;b', ';=b', ';a=', ';;a', ';a="\xe9"'),
  },
  {
    weight: 1,
    arbitrary: fc.array(extensionPiece, { minLength: 1, maxLength: 6 }).map(pieces => `;${pieces.join('')}`),
  },
)
const chunk = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0'), minLength: 1, maxLength: 20 }),
    chunkExtension,
    lineEnd,
    lineEnd,
    mostly(fc.constantFrom('', '', '0', '00'), fc.constantFrom('0x', '-', 'g', ' ')),
  )
  .map(([content, extension, sizeEnd, dataEnd, prefix]) => ({
    wire: `${prefix}${content.length.toString(16)}${extension}${sizeEnd}${content}${dataEnd}`,
    content,
  }))
const trailer = mostly(
  fc.constantFrom('', '', 'X-T: a\r\n', 'X-T: a\r\nX-U: b\r\n', 'Transfer-Encoding: x\r\n', 'Connection: close\r\n'),
  fc.constantFrom('X-T a\r\n', 'Content-Length: 1\r\n', 'X-T: a\r\n b\r\n', 'X-T: a\n', 'Transfer-Encoding:\r\n'),
)
const chunkedFraming = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('Transfer-Encoding: chunked', 'transfer-encoding: gzip, Chunked') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'Transfer-Encoding: chunked, gzip',
          'Transfer-Encoding: xchunked',
          'Transfer-Encoding: chunkedx',
          'Transfer-Encoding: chunked x',
          'Transfer-Encoding: x chunked',
          'Transfer-Encoding: chunked,',
          'Transfer-Encoding: ,chunked',
          'Transfer-Encoding: a,,chunked ',
          'Transfer-Encoding: gzip,\tchunked',
          'Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip',
          'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked',
          'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
          'Transfer-Encoding:',
          'Transfer-Encoding: chunked;a=b',
        ),
      },
    ),
    fc.array(chunk, { maxLength: 4 }),
    mostly(fc.constantFrom('0\r\n', '0\r\n', '000\r\n', '0;a=b\r\n'), fc.constantFrom('0\n', '')),
    trailer,
    lineEnd,
  )
  .map(([header, chunks, last, trailers, end]) => ({
    header,
    content: `${chunks.map(each => each.wire).join('')}${last}${trailers}${end}`,
  }))
const closeFraming = body.map(content => ({ header: 'X-None: 1', content }))

const informational = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n',
      'HTTP/1.1 103 E\r\nContent-Length: 3\r\n\r\n',
      'HTTP/1.1 199 E\r\n\r\n',
      'HTTP/1.1 103 E\r\nConnection: close\r\n\r\n',
      'HTTP/1.0 100 C\r\n\r\n',
      '\r\n',
      '\n\r',
    ),
  },
)

const response = fc
  .tuple(
    informational,
    version,
    status,
    reason,
    fc.array(fc.oneof({ weight: 3, arbitrary: otherHeader }, { weight: 1, arbitrary: connectionHeader }), {
      maxLength: 4,
    }),
    fc.oneof(lengthFraming, chunkedFraming, closeFraming),
    fc.array(lineEnd, { minLength: 7, maxLength: 7 }),
  )
  .map(([before, protocol, code, words, headers, framing, ends]) => {
    const lines = [`${protocol} ${code}${words}`, ...headers, framing.header, '']
    return `${before}${lines.map((line, index) => line + (ends[index] ?? '\r\n')).join('')}${framing.content}`
  })

/** A change of a byte anywhere, or none. */
const mutation = fc.oneof(
  { weight: 3, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(10_000), fc.constantFrom('', '\r', '\n', ' ', ':', '\0', '0', '\xff', ',', ';', 'a'), fc.nat(2))
      .map(([place, byte, cut]) => (text: string) => {
        const at = place % Math.max(1, text.length)
        return text.slice(0, at) + byte + text.slice(at + cut)
      }),
  },
)

export type FuzzedCase = {
  readonly method: 'GET' | 'HEAD'
  /** Latin-1. */
  readonly text: string
  /** Lengths of the pieces in which it comes; what is left comes at the end. */
  readonly pieces: readonly number[]
}

export const fuzzedCase: fc.Arbitrary<FuzzedCase> = fc
  .tuple(
    response,
    mutation,
    fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([text, mutate, pieces, head]) => ({ method: head === 0 ? 'HEAD' : 'GET', text: mutate(text), pieces }))
