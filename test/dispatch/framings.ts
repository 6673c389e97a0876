/** Answers that both implementations must take, with the body that they carry. Text is latin-1. */
export type Framing = {
  readonly name: string
  readonly answer: string
  readonly status?: number
  readonly body: string
  readonly method?: string
  /** The connection's end is part of the answer. */
  readonly closes?: boolean
}

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`
const hi = `${ok}Content-Length: 2\r\n\r\nhi`

export const framings: readonly Framing[] = [
  { name: 'a length', answer: hi, body: 'hi' },
  { name: 'a length of zero', answer: `${ok}Content-Length: 0\r\n\r\n`, body: '' },
  { name: 'a length with leading zeros', answer: `${ok}Content-Length: 0002\r\n\r\nhi`, body: 'hi' },
  { name: 'no reason phrase', answer: 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi', body: 'hi' },
  { name: 'an empty line before the status line', answer: `\r\n${hi}`, body: 'hi' },
  { name: 'chunks', answer: `${chunked}2\r\nhi\r\n3\r\n yo\r\n0\r\n\r\n`, body: 'hi yo' },
  {
    name: 'chunk sizes in hex of both cases',
    answer: `${chunked}A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n`,
    body: '0123456789abcdefghij',
  },
  { name: 'chunk extensions', answer: `${chunked}2;a;b=c;d="e \\" f"\r\nhi\r\n0;z\r\n\r\n`, body: 'hi' },
  { name: 'trailers', answer: `${chunked}2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n`, body: 'hi' },
  { name: 'no chunk but the last', answer: `${chunked}0\r\n\r\n`, body: '' },
  {
    name: 'a coding before chunked',
    answer: `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    body: 'hi',
  },
  {
    name: 'the end of the connection',
    answer: `${ok}Content-Type: text/plain\r\n\r\nhi there`,
    body: 'hi there',
    closes: true,
  },
  { name: 'the end of the connection, at once', answer: `${ok}\r\n`, body: '', closes: true },
  {
    name: 'chunked, but not last: the end of the connection',
    answer: `${ok}Transfer-Encoding: chunked, gzip\r\n\r\nhi`,
    body: 'hi',
    closes: true,
  },
  { name: 'HTTP/1.0 with a length', answer: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', body: 'hi' },
  { name: 'HTTP/1.0 to the end of the connection', answer: 'HTTP/1.0 200 OK\r\n\r\nhi', body: 'hi', closes: true },
  { name: 'connection: close', answer: `${ok}Connection: close\r\nContent-Length: 2\r\n\r\nhi`, body: 'hi' },
  { name: '204', answer: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, body: '' },
  {
    name: '204 that announces a body',
    answer: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    status: 204,
    body: '',
  },
  {
    name: '304 with the length of what is not sent',
    answer: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    status: 304,
    body: '',
  },
  { name: '103 before the answer', answer: `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${hi}`, body: 'hi' },
  {
    name: '102 twice before the answer',
    answer: `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${hi}`,
    body: 'hi',
  },
  {
    name: 'HEAD with the length of what is not sent',
    answer: `${ok}Content-Length: 5\r\n\r\n`,
    body: '',
    method: 'HEAD',
  },
  { name: 'HEAD with chunked', answer: chunked, body: '', method: 'HEAD' },
  { name: '503', answer: 'HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy', status: 503, body: 'busy' },
  {
    name: 'bytes above 127 in a header and the body',
    answer: `${ok}X-Name: caf\xe9\r\nContent-Length: 2\r\n\r\n\xff\x00`,
    body: '\xff\x00',
  },
]

/** Answers that both must refuse as `bad response`. */
export const refused: readonly (readonly [name: string, answer: string])[] = [
  ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
  ['HTTP/3.0', 'HTTP/3.0 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a 101 that nobody asked for', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['two lengths', `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi`],
  ['a list of lengths', `${ok}Content-Length: 2, 2\r\n\r\nhi`],
  ['a length with a sign', `${ok}Content-Length: +2\r\n\r\nhi`],
  ['a length in hex', `${ok}Content-Length: 0x2\r\n\r\nhi`],
  ['an empty length', `${ok}Content-Length:\r\n\r\nhi`],
  ['a length beyond 64 bits', `${ok}Content-Length: 99999999999999999999\r\n\r\nhi`],
  ['a length before chunked', `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['a length after chunked', `${ok}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n`],
  ['a length in the trailers', `${chunked}0\r\nContent-Length: 2\r\n\r\n`],
  ['a folded header', `${ok}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\nhi`],
  ['a space before the colon', `${ok}X-A : b\r\nContent-Length: 2\r\n\r\nhi`],
  ['a header without a colon', `${ok}X-A\r\nContent-Length: 2\r\n\r\nhi`],
  ['a header without a name', `${ok}: b\r\nContent-Length: 2\r\n\r\nhi`],
  ['a NUL in a header', `${ok}X-A: b\0c\r\nContent-Length: 2\r\n\r\nhi`],
  ['a bare LF after a header', `${ok}X-A: b\nContent-Length: 2\r\n\r\nhi`],
  ['a bare LF after the status line', 'HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nhi'],
  ['a bare CR in a header', `${ok}X-A: b\rc\r\nContent-Length: 2\r\n\r\nhi`],
  ['a chunk without a size', `${chunked}\r\nhi\r\n0\r\n\r\n`],
  ['a chunk size that is not hex', `${chunked}g\r\nhi\r\n0\r\n\r\n`],
  ['a chunk size with a space', `${chunked}2 \r\nhi\r\n0\r\n\r\n`],
  ['a chunk size beyond 64 bits', `${chunked}fffffffffffffffff\r\nhi\r\n0\r\n\r\n`],
  ['a chunk longer than its size', `${chunked}2\r\nhi!\r\n0\r\n\r\n`],
  ['a bare LF after a chunk size', `${chunked}2\nhi\r\n0\r\n\r\n`],
  ['a head longer than 64 KB', `${ok}X-A: ${'x'.repeat(70_000)}\r\nContent-Length: 2\r\n\r\nhi`],
]
