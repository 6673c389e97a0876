import type { HttpFailure } from './http-dispatcher.ts'

/** How far a request had come when it failed. */
export type Stage =
  /** No connection yet: name lookup, TCP, TLS handshake. */
  | 'connect'
  /** Connected; the answer's headers are not complete. */
  | 'head'
  /** The headers have come, the body is not complete. */
  | 'body'

type KindFacts = {
  /** One line for reports: what it means and what to look at. */
  readonly advice: string
  /** Client timeouts and answers have a latency; a refused or reset request has none. */
  readonly hasLatency?: true
}

/**
 * The error kinds by which requests without a complete answer are counted. Some families carry a code in parentheses:
 * `tls (CODE)` with the certificate's or the library's reason, `dns (CODE)` and `http2 (CODE)`.
 */
const kinds: Readonly<Record<string, KindFacts>> = {
  ECONNREFUSED: {
    advice: 'Nothing listens on that address and port, or the accept queue is full and the system refuses.',
  },
  ECONNRESET: {
    advice:
      'The connection was closed or reset before the answer: the server crashed, shed load, or closed an idle keep-alive connection as the request was sent.',
  },
  ECONNABORTED: { advice: 'The system gave the connection up before it was of use.' },
  EPIPE: { advice: 'The server had closed the connection while the request was being written.' },
  ETIMEDOUT: {
    advice: 'The operating system gave up: packets are dropped on the way, by a firewall or a full accept queue.',
  },
  EHOSTUNREACH: { advice: 'There is no route to the host: check the address, the network and the firewall.' },
  ENETUNREACH: { advice: 'There is no route to the network: is the address of a family that this machine has?' },
  EACCES: { advice: 'The operating system forbids the connection: a local firewall or a reserved address.' },
  EADDRNOTAVAIL: {
    advice:
      'The generator ran out of local ports: keep connections alive, use more generators, or widen net.ipv4.ip_local_port_range.',
  },
  EADDRINUSE: {
    advice: 'The local port is taken: use more generators, or widen net.ipv4.ip_local_port_range.',
  },
  EMFILE: {
    advice: 'The generator process ran out of file descriptors: raise `ulimit -n`, or use more generators.',
  },
  ENFILE: {
    advice: "The generator's machine ran out of file descriptors: raise fs.file-max, or use more machines.",
  },
  ENOBUFS: { advice: "The generator's machine has no buffers left for sockets." },
  ENOMEM: { advice: "The generator's machine has no memory left for sockets." },
  'timeout (connect)': {
    advice:
      'No connection within the connect timeout: the accept queue is full, packets are dropped, or TLS is starved of CPU.',
    hasLatency: true,
  },
  'timeout (first byte)': {
    advice: 'Connected and sent, but the answer did not begin in time: the server is queueing or stuck.',
    hasLatency: true,
  },
  'timeout (body)': {
    advice: 'The answer began but did not end in time: a slow body, a stalled stream or a full network.',
    hasLatency: true,
  },
  'truncated body': { advice: 'The connection ended in the middle of the body: the server or a proxy cut it off.' },
  'bad response': {
    advice:
      'The answer breaks the HTTP protocol, or its framing is ambiguous: look at the server or the proxy in front of it.',
  },
  'bad proxy': { advice: 'The proxy refused the tunnel: check its address, its credentials and what it allows.' },
  'address not allowed': { advice: 'The name leads to an address that this test is not allowed to load.' },
  'secret not allowed': {
    advice: 'The request would carry a secret to a host that it is not bound to; it was not sent.',
  },
  'unsendable request': {
    advice: 'A template gave a method, path or header that HTTP cannot carry, such as a line break.',
  },
  interrupted: { advice: 'Cut off by the end of the load: neither a success nor a failure.' },
  dns: { advice: 'The name could not be resolved: ENOTFOUND means that it does not exist, EAI_AGAIN that DNS failed.' },
  tls: { advice: 'The TLS handshake failed: the code says why; see `http.tls` for ca, cert, servername and insecure.' },
  http2: { advice: 'The server ended the stream or the connection with this HTTP/2 error code.' },
  other: { advice: 'An error without a kind of its own: the sample shows its message.' },
}

const certificateFaults: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed: set `http.tls.ca`, or `insecure: true`.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The chain ends in an unknown root: set `http.tls.ca`.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The server does not send its intermediate certificate.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The issuer is unknown here: set `http.tls.ca`.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet: check the clocks.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name: set `http.tls.servername`.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The port does not speak TLS: is it http instead of https?',
}

function factsOf(kind: string): KindFacts {
  return kinds[kind] ?? kinds[kind.slice(0, Math.max(0, kind.indexOf(' (')))] ?? { advice: '' }
}

/** One line on what the kind means and what to look at; empty for a kind that is not of this list. */
export function errorAdvice(kind: string): string {
  const code = /^tls \((.+)\)$/.exec(kind)?.[1]
  return (code === undefined ? undefined : certificateFaults[code]) ?? factsOf(kind).advice
}

/** A failure with the facts of its kind. */
export function httpFailure(kind: string, message: string): HttpFailure {
  return { kind, message, hasLatency: factsOf(kind).hasLatency === true }
}

/** An error of Squall's own that already knows its kind, such as a failed name lookup. */
export class KnownFailure extends Error {
  readonly kind: string

  constructor(kind: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** The failure that an error of node:net, node:tls or undici means at this stage. */
export function failureOf(error: unknown, stage: Stage): HttpFailure {
  if (error instanceof AggregateError && error.errors.length > 0) return failureOf(error.errors.at(-1), stage)
  if (error instanceof KnownFailure) return httpFailure(error.kind, error.message)
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  if (error instanceof Error && error.name === 'HTTPParserError') return protocolFailure(message, stage)
  // undici asserts what it expects of a server: a status below 100, an upgrade that was not asked for.
  if (code === 'ERR_ASSERTION' && stage !== 'connect')
    return httpFailure('bad response', message.replaceAll(/\s+/g, ' '))
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    // undici's word for an end before the length was reached, and for any fault in a head that names a length.
    return httpFailure(stage === 'body' ? 'truncated body' : 'bad response', message)
  }
  // `bad response` and `bad upgrade`: a 101 that was not asked for, bytes before the request.
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return httpFailure('bad response', message)
  if (code.startsWith('ERR_HTTP2_')) return httpFailure(`http2 (${/NGHTTP2_\w+/.exec(message)?.[0] ?? code})`, message)
  const undici = undiciKinds[code]
  if (undici !== undefined) return httpFailure(undici === 'cut' ? cutKind(stage) : undici, message)
  if (isTlsCode(code, error)) return httpFailure(`tls (${code})`, tlsMessage(message))
  if (stage === 'body' && cutCodes.has(code)) return httpFailure('truncated body', `${message} (in the body)`)
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return httpFailure(`dns (${code})`, message)
  if (kinds[code] !== undefined) return httpFailure(code, message)
  return httpFailure(/^E[A-Z0-9]+$/.test(code) ? code : 'other', code === '' ? message : `${code}: ${message}`)
}

/** What an end of the connection means: before the headers a reset, after them a body cut off. */
export function cutKind(stage: Stage): string {
  return stage === 'body' ? 'truncated body' : 'ECONNRESET'
}

const cutCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** undici's own codes; `cut` depends on the stage. */
const undiciKinds: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'cut',
  UND_ERR_INFO: 'cut',
  UND_ERR_CLOSED: 'cut',
  UND_ERR_DESTROYED: 'interrupted',
  UND_ERR_ABORTED: 'interrupted',
  UND_ERR_HEADERS_OVERFLOW: 'bad response',
  UND_ERR_INVALID_ARG: 'unsendable request',
  UND_ERR_NOT_SUPPORTED: 'unsendable request',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'unsendable request',
}

function protocolFailure(message: string, stage: Stage): HttpFailure {
  // llhttp's words for an end of input in the middle of a message.
  if (message.includes('Invalid EOF state'))
    return httpFailure(cutKind(stage), 'the connection ended before the answer')
  return httpFailure('bad response', message)
}

function isTlsCode(code: string, error: unknown): boolean {
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return true
  // OpenSSL's verification results are upper-case words (CERT_HAS_EXPIRED); `tls.connect` puts them into `code`.
  return (
    certificateFaults[code] !== undefined ||
    (/_/.test(code) && /CERT|CRL|SIGNATURE|CHAIN|CA$/.test(code) && error instanceof Error)
  )
}

/** OpenSSL writes the thread, the number, the place in its own source and a line end around what it has to say. */
function tlsMessage(message: string): string {
  const [, words = message] = /^[0-9A-F]+:error:[0-9A-F]+:(.*?):[^:]*\.c:\d+:/s.exec(message) ?? []
  return words.trim()
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
