/**
 * One of the questions that a run answers about itself, after Lancet (Kogias, Mallon and Bugnion, USENIX ATC 2019): did
 * the arrivals follow the planned process, was the hold stationary, are the samples enough for the percentile asked. A
 * doubt is shown and decides nothing: what the verdict cannot do without is among its reasons.
 */
export type TrustCheck = {
  readonly kind: 'arrivals' | 'poisson' | 'stationary' | 'samples' | 'closed'
  /** `unknown`: there was too little of it to tell. */
  readonly result: 'ok' | 'doubtful' | 'unknown'
  /** What was measured, where a number says it; the text names it with its unit. */
  readonly figure?: number
  /** The most, or for samples the least, that the figure may be. */
  readonly limit?: number
  /** A sentence with the figure in it. */
  readonly text: string
}
