/** An exchange with a server that dates its answers. Instants of the own clock and the date are epoch ms. */
export type DatedExchange = {
  /** By the own clock. */
  readonly sentMs: number
  readonly receivedMs: number
  /** The server's date, cut to whole seconds (RFC 9110 5.6.7). */
  readonly dateMs: number
}

/** The server's clock less the own one lies between these, ms. */
export type OffsetBounds = { readonly lowMs: number; readonly highMs: number }

/** Two clocks may drift apart by so much while one of them is disciplined: 100 parts in a million. */
const DRIFT = 1e-4

/**
 * What one exchange tells of the offset: the server dated its answer at some instant t between sending and receiving, when
 * its clock showed between `dateMs` and a second later. So dateMs - received <= offset < dateMs + 1000 - sent.
 * `atMs`, an instant of the own clock, is when the offset is asked for; drift until then widens the bounds.
 */
export function offsetBounds({ sentMs, receivedMs, dateMs }: DatedExchange, atMs: number): OffsetBounds {
  const driftMs = DRIFT * Math.max(Math.abs(sentMs - atMs), Math.abs(receivedMs - atMs))
  return { lowMs: dateMs - receivedMs - driftMs, highMs: dateMs + 1000 - sentMs + driftMs }
}

/**
 * The offset of a server's clock at one instant, from many exchanges: the intersection of their bounds. A date is true to
 * a second only, but exchanges that fall everywhere in a second narrow it: n of them to a second / n and the round trip.
 */
export class ClockOffset {
  readonly #atMs: number
  bounds: OffsetBounds | undefined

  /** `atMs`: when the offset is asked for, by the own clock. */
  constructor(atMs: number) {
    this.#atMs = atMs
  }

  observe(exchange: DatedExchange): void {
    const one = offsetBounds(exchange, this.#atMs)
    const { lowMs, highMs } = this.bounds ?? one
    const both = { lowMs: Math.max(lowMs, one.lowMs), highMs: Math.min(highMs, one.highMs) }
    // What contradicts what is known means that a clock was set: only the newest can be believed.
    this.bounds = both.lowMs <= both.highMs ? both : one
  }
}
