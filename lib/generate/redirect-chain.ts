import type { HttpRequest } from './http-dispatcher.ts'
import { followRedirect, isRedirect, type Redirect, redirectHeaders } from './redirect.ts'

/** The redirects of one request: at most so many hops, all of them within its one timeout. */
export class RedirectChain {
  /** Hops taken so far. */
  hops = 0
  /** Why the chain cannot be followed; empty while it can. */
  fault = ''
  /** Where the answer that just came leads; undefined where it is the last. */
  next: Redirect | undefined

  begin(): void {
    this.hops = 0
    this.expectAnswer()
  }

  expectAnswer(): void {
    this.fault = ''
    this.next = undefined
  }

  /** An answer's head has come. With a `limit` of 0 every answer is the last. */
  see(status: number, location: string | undefined, sent: HttpRequest, limit: number): void {
    if (limit === 0 || location === undefined || !isRedirect(status)) return
    if (this.hops >= limit) {
      this.fault = `more than ${limit} redirects, the last to ${location}`
      return
    }
    this.next = followRedirect(status, location, sent)
    if (this.next === undefined) this.fault = `a redirect to ${location}`
  }

  /**
   * The next hop's request. `hop` is the last one's without the user's cookies: headers that were dropped for another
   * origin stay dropped.
   */
  follow(redirect: Redirect, hop: HttpRequest, elapsedMs: number): HttpRequest {
    this.hops++
    return {
      origin: redirect.origin,
      method: redirect.method,
      path: redirect.path,
      headers: redirectHeaders(hop.headers, redirect),
      body: redirect.keepsBody ? hop.body : null,
      timeoutMs: Math.max(1, hop.timeoutMs - elapsedMs),
      wantsBody: hop.wantsBody,
    }
  }
}
