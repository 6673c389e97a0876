/**
 * What became of one request. The engine fills one mutable sample a user slot and hands it to `Measurements.request`,
 * which reads it and keeps no reference. Instants are µs from the start of the load, lengths µs; absent numbers are -1.
 */
export type RequestSample = {
  /** Place in `plan.phases`: the phase in which the request was due. */
  phase: number
  /** Place in `plan.requestNames`. */
  request: number
  /** When it should have been sent: response time counts from here. */
  intendedUs: number
  /** When it was sent: service time counts from here; -1 if it never was. */
  sentUs: number
  endUs: number
  connectUs: number
  tlsUs: number
  /** From the send to the first byte of the answer. */
  firstByteUs: number
  /** 0 where there was no answer. */
  status: number
  /** `retried`: an attempt that another one followed. `interrupted`: cut off by the end of the load. */
  outcome: 'success' | 'failure' | 'retried' | 'interrupted'
  /** An answer or a client timeout has a latency; a refused or reset request has none. */
  hasLatency: boolean
  /** `status 503`, `ECONNREFUSED`, `timeout (first byte)`, `check: status is 200`; empty for a success. */
  errorKind: string
  /** A line that shows the first of its kind: the message, or the check's actual value. */
  errorSample: string
  bytesSent: number
  bytesReceived: number
}
