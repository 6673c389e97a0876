import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

/** A connection as a test's server sees it. */
export type Accepted = {
  readonly socket: Socket
  /** How many requests came on it, this one included. */
  readonly requests: number
}

/** What the server does with a whole request. Text is latin-1. */
export type Answer = (request: string, accepted: Accepted) => void

export type RawServer = {
  readonly origin: string
  readonly port: number
  /** Connections accepted so far. */
  readonly accepted: number
  /** Requests on each connection, in order of acceptance. */
  readonly requestsByConnection: readonly number[]
  readonly open: number
  close(): Promise<void>
}

/** A server on 127.0.0.1 that answers with raw bytes. It reads requests with a content-length or without a body. */
export async function rawServer(answer: Answer, tls?: TlsOptions): Promise<RawServer> {
  const requestsByConnection: number[] = []
  const sockets = new Set<Socket>()
  const onConnection = (socket: Socket): void => {
    const index = requestsByConnection.push(0) - 1
    sockets.add(socket)
    let buffered = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', chunk => {
      buffered = Buffer.concat([buffered, chunk])
      for (let length = requestLength(buffered); length > 0; length = requestLength(buffered)) {
        const request = buffered.toString('latin1', 0, length)
        buffered = buffered.subarray(length)
        const requests = (requestsByConnection[index] ?? 0) + 1
        requestsByConnection[index] = requests
        answer(request, { socket, requests })
      }
    })
  }
  const server: Server = tls === undefined ? createServer(onConnection) : createTlsServer(tls, onConnection)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    get accepted() {
      return requestsByConnection.length
    },
    get open() {
      return sockets.size
    },
    requestsByConnection,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Length of the first whole request; 0 while it is not complete. */
function requestLength(bytes: Buffer): number {
  const head = bytes.indexOf('\r\n\r\n')
  if (head < 0) return 0
  const length = /\r\ncontent-length: (\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1]
  const total = head + 4 + Number(length ?? 0)
  return bytes.length < total ? 0 : total
}
