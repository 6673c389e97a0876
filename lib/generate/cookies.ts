import type { CookieJar } from 'tough-cookie'

type CookieModule = typeof import('tough-cookie')

let loaded: CookieModule | undefined

/** Any answer may set a cookie, and loading the library then would stop the load for 20 ms and more: it comes before. */
export async function loadCookies(): Promise<void> {
  loaded ??= await import('tough-cookie')
}

/** One user's cookies (RFC 6265, by tough-cookie). */
export class UserCookies {
  private readonly jar: CookieJar
  private lastUrl = ''
  private lastHeader = ''
  private lastAtMs = Number.NEGATIVE_INFINITY

  constructor() {
    if (loaded === undefined) throw new Error('loadCookies() has to be awaited first')
    this.jar = new loaded.CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: true })
  }

  /** Keeps what a set-cookie header says; a cookie that the RFC refuses is dropped. */
  set(header: string, url: string): void {
    this.jar.setCookieSync(header, url, { ignoreError: true })
    this.lastUrl = ''
  }

  /** The cookie header for a URL, empty where there is none. Computed anew at most once a second, so that cookies expire. */
  header(url: string, epochMs: number): string {
    if (url === this.lastUrl && epochMs - this.lastAtMs < 1000) return this.lastHeader
    this.lastUrl = url
    this.lastAtMs = epochMs
    this.lastHeader = this.jar.getCookieStringSync(url)
    return this.lastHeader
  }

  /** A cookie's value by name, for `cookie NAME` in checks and saves. */
  value(name: string, url: string): string | undefined {
    return this.jar.getCookiesSync(url).find(cookie => cookie.key === name)?.value
  }
}

/** The user's cookies stand behind those that the step writes itself, in one header (RFC 6265 5.4). */
export function withCookie(headers: readonly string[], cookie: string): readonly string[] {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i] !== 'cookie') continue
    const merged = [...headers]
    merged[i + 1] = `${headers[i + 1]}; ${cookie}`
    return merged
  }
  return [...headers, 'cookie', cookie]
}
