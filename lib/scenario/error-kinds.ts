import { notParsed, type Parsed } from './grammar-error.ts'
import { nearestKey } from './nearest-key.ts'

const codes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
]

const words = [
  'timeout',
  'timeout (connect)',
  'timeout (first byte)',
  'timeout (body)',
  'truncated body',
  'bad response',
  'bad redirect',
  'bad encoding',
  'graphql errors',
  'template',
  'bad proxy',
  'address not allowed',
  'secret not allowed',
  'unsendable request',
  'dns',
  'tls',
  'http2',
  'other',
]

/** undici's own codes are never counted: what they mean is. */
const undici: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout (connect)'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout (first byte)'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout (body)'],
  ['UND_ERR_SOCKET', 'ECONNRESET'],
  ['UND_ERR_HEADERS_OVERFLOW', 'bad response'],
])

/**
 * The kind under which failed requests are counted: a code of the system, or words. `timeout`, `dns`, `tls` and `http2`
 * alone mean the whole family: `timeout` counts `timeout (connect)` and its kin. A code that is counted inside a family is
 * read as that: `ENOTFOUND` is `dns (ENOTFOUND)`. A kind that is never counted would be a threshold that always holds, and
 * is refused.
 */
export function readErrorKind(text: string): Parsed<string> {
  if (codes.includes(text) || words.includes(text) || /^(dns|tls|http2) \([^()]+\)$/.test(text))
    return { ok: true, value: text }
  if (/^(ENOTFOUND|EAI_[A-Z]+)$/.test(text)) return { ok: true, value: `dns (${text})` }
  if (/^NGHTTP2_\w+$/.test(text)) return { ok: true, value: `http2 (${text})` }
  if (/^(EPROTO|ERR_(SSL|TLS)_\w+|[A-Z_]*(CERT|SIGNATURE|CHAIN)[A-Z_]*)$/.test(text))
    return { ok: true, value: `tls (${text})` }
  const near = undici.get(text) ?? nearestKey(text, [...codes, 'ENOTFOUND', 'EAI_AGAIN', ...words])
  // Systems have codes of their own, which are counted by their names.
  if (near === undefined && /^E[A-Z0-9]{2,}$/.test(text)) return { ok: true, value: text }
  return notParsed({
    message: `"${text}" is no kind of error that is counted`,
    expected: near ?? `one of ${[...codes, ...words].join(', ')}`,
    ...(near === undefined ? {} : { fix: near }),
  })
}
