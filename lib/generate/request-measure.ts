import type { RequestSample } from '../measure/request-sample.ts'

/** A sample for a user slot, which is used again for every request. */
export function newSample(): RequestSample {
  return {
    phase: 0,
    request: 0,
    intendedUs: 0,
    sentUs: -1,
    endUs: -1,
    connectUs: -1,
    tlsUs: -1,
    firstByteUs: -1,
    status: 0,
    outcome: 'success',
    hasLatency: false,
    errorKind: '',
    errorSample: '',
    bytesSent: 0,
    bytesReceived: 0,
  }
}

/** Nothing of the request has happened yet; it was due at `intendedUs`, in `phase`. */
export function resetSample(sample: RequestSample, phase: number, intendedUs: number): void {
  sample.phase = phase
  sample.intendedUs = intendedUs
  sample.sentUs = -1
  sample.endUs = -1
  sample.connectUs = -1
  sample.tlsUs = -1
  sample.firstByteUs = -1
  sample.status = 0
  sample.hasLatency = false
  sample.bytesSent = 0
  sample.bytesReceived = 0
}
