/** What the status line and the framing headers of a response say. */
export class ResponseHead {
  /** 0 until the status line has come. */
  status = 0
  http11 = false
  /** Where the header lines start, counted from the head's first byte. */
  headersFrom = 0
  /** Seconds of a `keep-alive: timeout=N` header; -1 without one. */
  keepAliveSeconds = -1
  /** -1 without one. */
  contentLength = -1
  transferEncoding = false
  /** The last transfer coding is chunked. */
  chunked = false
  connectionClose = false
  connectionKeepAlive = false

  clear(): void {
    this.status = 0
    this.http11 = false
    this.headersFrom = 0
    this.keepAliveSeconds = -1
    this.contentLength = -1
    this.transferEncoding = false
    this.chunked = false
    this.connectionClose = false
    this.connectionKeepAlive = false
  }

  /** Takes over what another head says. */
  become(other: ResponseHead): this {
    return Object.assign(this, other)
  }
}
