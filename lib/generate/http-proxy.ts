import type { Socket } from 'node:net'
import { KnownFailure } from './error-kind.ts'

/** A forward proxy, read from a scenario's `http.proxy`. */
export type HttpProxy = {
  readonly origin: string
  /** `proxy-authorization`, where the URL has credentials. */
  readonly authorization: string | undefined
}

export function httpProxy(url: string): HttpProxy {
  const { origin, username, password } = new URL(url)
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const authorization = username === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`
  return { origin, authorization }
}

/** A proxy's answer to CONNECT is short; a longer head is no proxy's. */
const maxAnswerBytes = 16 * 1024

/**
 * Asks the proxy at the other end of the socket for a tunnel (CONNECT, RFC 9110 9.3.6). `done` gets undefined once the
 * socket leads to `authority`, or why it does not; the socket's own errors and the timeout are the caller's.
 */
export function openTunnel(
  socket: Socket,
  authority: string,
  proxy: HttpProxy,
  done: (error: Error | undefined) => void,
): void {
  let answer = Buffer.alloc(0)
  const finish = (error: Error | undefined): void => {
    socket.off('data', read)
    socket.off('end', ended)
    socket.pause()
    done(error)
  }
  const read = (chunk: Buffer): void => {
    answer = Buffer.concat([answer, chunk])
    const end = answer.indexOf('\r\n\r\n')
    if (end < 0 && answer.length <= maxAnswerBytes) return
    const line = answer.toString('latin1', 0, Math.max(0, answer.indexOf('\r\n'))).slice(0, 100)
    const open = end >= 0 && /^HTTP\/1\.[01] 2\d\d/.test(line)
    // Bytes behind the proxy's answer would be the target's, before it was spoken to.
    if (open && answer.length === end + 4) finish(undefined)
    else finish(new KnownFailure('bad proxy', `the proxy answers ${JSON.stringify(line)} to CONNECT ${authority}`))
  }
  const ended = (): void => finish(new KnownFailure('bad proxy', `the proxy closes on CONNECT ${authority}`))
  socket.on('data', read)
  socket.once('end', ended)
  const credentials = proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`, 'latin1')
}
