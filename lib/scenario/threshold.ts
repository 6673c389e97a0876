export type ThresholdScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'request'; readonly name: string }
  | { readonly kind: 'flow'; readonly name: string }
  | { readonly kind: 'phase'; readonly name: string }

/** Which clock a latency counts by. `response` is from the intended start, over every answer and client timeout. */
export type LatencyKind = 'response' | 'success' | 'failed' | 'service' | 'connect' | 'tls' | 'first byte'

export type LatencyStatistic =
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'mean' | 'min' | 'max' | 'stddev' }

/** What a threshold measures. `median` is p50. */
export type ThresholdSubject =
  | { readonly kind: 'latency'; readonly latency: LatencyKind; readonly statistic: LatencyStatistic }
  | { readonly kind: 'errors' }
  /** `status 429` or `status 5xx`: inclusive bounds. */
  | { readonly kind: 'status'; readonly from: number; readonly to: number }
  /** `ECONNREFUSED`, `timeout`: an error kind. */
  | { readonly kind: 'error'; readonly errorKind: string }
  | { readonly kind: 'checks' }
  | { readonly kind: 'throughput' }
  | { readonly kind: 'requests' }
  | { readonly kind: 'iterations' }
  | { readonly kind: 'missed' }

export type ThresholdOperator = '<' | '<=' | '>' | '>=' | '=' | '!='

/** `share` is 0 to 1 of the scope's requests, `perSecond` a rate, `count` a plain number. */
export type ThresholdUnit = 'ms' | 'share' | 'perSecond' | 'count' | 'bytes'

export type Threshold = {
  /** As a reader would write it, scope included: `GET /me: p99 < 400ms`. */
  readonly text: string
  readonly scope: ThresholdScope
  readonly subject: ThresholdSubject
  readonly operator: ThresholdOperator
  /** In `unit`. */
  readonly limit: number
  readonly unit: ThresholdUnit
  /** Judged in each window of this length. */
  readonly everyMs?: number
  /** Judged only from this instant of the load on. */
  readonly afterMs?: number
  /** A breach stops the load. */
  readonly abort: boolean
  /** Added by Squall, not written by the user. */
  readonly default: boolean
}
