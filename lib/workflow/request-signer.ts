import { createHash, createHmac } from 'node:crypto'
import type { Checksum, SourceData } from '@smithy/types'

/** A request before it is sent: what a signature covers. */
export type UnsignedRequest = {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Gives the header fields that a request is to be sent with. Rejects where there are no credentials. */
export type RequestSigner = (request: UnsignedRequest) => Promise<Readonly<Record<string, string>>>

/** For `squall serve`, which only this machine reaches. */
export const unsigned: RequestSigner = async ({ headers }) => headers

/** API Gateway's API keys: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html */
export const apiKeySigner =
  (key: string): RequestSigner =>
  async ({ headers }) => ({ ...headers, 'x-api-key': key })

/**
 * Signature version 4 for API Gateway, with the credentials that the AWS tools would find: environment, profile, SSO,
 * container, instance. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function iamSigner(options: {
  readonly region: string
  readonly profile?: string
}): Promise<RequestSigner> {
  const [{ SignatureV4 }, { fromNodeProviderChain }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-sdk/credential-providers'),
  ])
  const { region, profile } = options
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: fromNodeProviderChain(profile === undefined ? {} : { profile }),
    sha256: Sha256,
  })
  return async ({ method, url, headers, body }) => {
    const query: Record<string, string> = Object.fromEntries(url.searchParams)
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      query,
      headers: { ...headers, host: url.host },
      ...(body !== undefined && { body }),
    })
    return signed.headers
  }
}

/** Node's own SHA-256, as the signer asks for it: HMAC where there is a secret. */
class Sha256 implements Checksum {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Uint8Array }

  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(bytesOf(chunk))
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }

  reset(): void {
    throw new Error('a signature is made once')
  }
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
