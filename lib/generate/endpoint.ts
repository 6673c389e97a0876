/** Where a connection leads, read from a request's origin. */
export type Endpoint = {
  readonly tls: boolean
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string
  readonly port: number
  /** As it stands in the `host` header. */
  readonly authority: string
}

export function endpointOf(origin: string): Endpoint {
  const url = new URL(origin)
  const tls = url.protocol === 'https:'
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  return { tls, hostname, port: url.port === '' ? (tls ? 443 : 80) : Number(url.port), authority: url.host }
}
