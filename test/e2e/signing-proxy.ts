import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { inject, onTestFinished } from 'vitest'
import { iamSigner } from '../../lib/workflow/request-signer.ts'

/** What belongs to one connection, or to the signature. */
const replaced = ['host', 'connection', 'authorization', 'transfer-encoding', 'content-length']

/**
 * A way to the deployed API for a client that cannot sign: what comes is sent on as it is, signed. Nothing else of it is
 * changed, and nothing of the answer. Gives the API's URL there, and how many answers of each status it has passed on.
 */
export async function signingProxy(): Promise<{ url: string; statuses: Map<number, number> }> {
  const api = new URL(inject('deployed').apiUrl)
  const sign = await iamSigner({ region: 'us-east-1' })
  const statuses = new Map<number, number>()

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url: path = '', rawHeaders } = asked
    const body = await text(asked.setEncoding('latin1'))
    const bytes = Buffer.from(body, 'latin1')
    const fields = rawHeaders.flatMap((name, at) =>
      at % 2 === 0 && !replaced.includes(name.toLowerCase()) ? [[name, rawHeaders[at + 1] ?? '']] : [],
    )
    const signed = await sign({ method, url: new URL(api.href + path), headers: {}, body: bytes.toString() })
    const headers = [...fields, ...Object.entries(signed)]
    if (bytes.length > 0) headers.push(['content-length', String(bytes.length)])
    const sent = request(
      { host: api.hostname, port: api.port, method, path: api.pathname + path, headers: headers.flat() },
      got => {
        const status = got.statusCode ?? 0
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        answer.writeHead(status, got.rawHeaders)
        got.pipe(answer)
      },
    )
    sent.once('error', error => answer.destroy(error))
    sent.end(bytes)
  }

  const server = createServer((asked, answer) => void pass(asked, answer).catch(error => answer.destroy(error)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, statuses }
}
