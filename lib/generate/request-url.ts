/** Where a scenario's paths start: `http://h/api` + `/x` = `http://h` and `/api/x`. */
export type BaseUrl = { readonly origin: string /** Without a slash at its end. */; readonly path: string }

export type RequestTarget = {
  readonly origin: string /** Path and query as they go on the request line. */
  readonly path: string
}

export function baseUrl(target: string): BaseUrl {
  const url = new URL(target)
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') }
}

/** Everything but what RFC 3986 allows on a request line (unreserved, reserved and escapes). */
const illegal = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/gu
/** What most texts have nothing of: to see that takes less than half the time of replacing nothing. */
const suspect = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=]/
const absolute = /^https?:\/\//i

/** Escapes what may not stand in a path or query, and leaves escapes and separators as they are. */
export function encodeIllegal(text: string): string {
  return suspect.test(text) ? text.replace(illegal, character => encodeURIComponent(character)) : text
}

/**
 * A URL as it was rendered, resolved against the base. An absolute URL stands for itself; a path is appended to the
 * base's. A fragment is never sent.
 * @throws TypeError where an absolute URL cannot be parsed.
 */
export function resolveTarget(base: BaseUrl, rendered: string): RequestTarget {
  if (absolute.test(rendered)) {
    const url = new URL(rendered)
    return { origin: url.origin, path: url.pathname + url.search }
  }
  const hash = rendered.indexOf('#')
  const text = encodeIllegal(hash < 0 ? rendered : rendered.slice(0, hash))
  if (text === '') return { origin: base.origin, path: base.path === '' ? '/' : base.path }
  return {
    origin: base.origin,
    path:
      base.path +
      (text.startsWith('/') ? text : text.startsWith('?') ? (base.path === '' ? `/${text}` : text) : `/${text}`),
  }
}

/** Appends an encoded query to a path that may have one. */
export function withQuery(path: string, query: string): string {
  if (query === '') return path
  return path + (path.includes('?') ? (path.endsWith('?') || path.endsWith('&') ? '' : '&') : '?') + query
}

/** RFC 3986: everything but the unreserved characters escaped. */
export function encodeComponent(text: string): string {
  return encodeURIComponent(toWellFormed(text)).replace(
    /[!'()*]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function toWellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}

/** application/x-www-form-urlencoded (WHATWG URL): a space is a plus. */
export function encodeFormComponent(text: string): string {
  return encodeComponent(text).replaceAll('%20', '+')
}
