/** The next request of a redirect chain. */
export type Redirect = {
  readonly origin: string
  readonly path: string
  readonly method: string
  readonly keepsBody: boolean
  /** Authorization and the scenario's cookie header are not carried to another origin. */
  readonly crossOrigin: boolean
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/**
 * Where a redirect leads (RFC 9110 15.4; method changes as in the Fetch standard: 301 and 302 turn POST into GET, 303
 * everything but GET and HEAD; 307 and 308 keep method and body). Undefined where the location is not an http URL.
 */
export function followRedirect(
  status: number,
  location: string,
  from: { readonly origin: string; readonly path: string; readonly method: string },
): Redirect | undefined {
  const url = URL.parse(location, from.origin + from.path)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  const { method } = from
  const toGet =
    ((status === 301 || status === 302) && method === 'POST') ||
    (status === 303 && method !== 'GET' && method !== 'HEAD')
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: toGet ? 'GET' : method,
    keepsBody: !toGet,
    crossOrigin: url.origin !== from.origin,
  }
}

const ofTheBody = new Set(['content-type', 'content-encoding', 'content-language', 'content-location'])
const ofTheOrigin = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** The headers that a redirect's next request carries; the user's jar adds its cookies afterwards. */
export function redirectHeaders(headers: readonly string[], redirect: Redirect): string[] {
  const kept: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string
    if (!redirect.keepsBody && ofTheBody.has(name)) continue
    if (redirect.crossOrigin && ofTheOrigin.has(name)) continue
    kept.push(name, headers[i + 1] as string)
  }
  return kept
}
