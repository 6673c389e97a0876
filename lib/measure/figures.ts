import { ErrorCounts } from './error-counts.ts'
import { isGeneratorFault } from './generator-fault.ts'
import { Histogram, mergedHistogram } from './histogram.ts'
import { FULL_PRECISION, type PartsPrecision } from './precision.ts'
import type { RequestSample } from './request-sample.ts'

export type CheckCount = { pass: number; fail: number }

/**
 * What is known of the requests of one name in one phase, or of a merge of several. A request that failed for the
 * generator's own fault (EADDRINUSE ...) stands in `errors` and `generatorFaults` and nowhere else.
 */
export class Figures {
  /** Attempts that ended: successes, failures and retried ones. */
  count = 0
  failures = 0
  retried = 0
  /** Answers that came while the phase was still running: the numerator of throughput. */
  answered = 0
  generatorFaults = 0
  bytesSent = 0
  bytesReceived = 0
  readonly statuses = new Map<number, number>()
  readonly errors = new ErrorCounts()
  readonly checks = new Map<string, CheckCount>()
  /** Response times, counted from the intended start. */
  success: Histogram | undefined
  failed: Histogram | undefined
  retriedTimes: Histogram | undefined
  /**
   * How long requests that the end of the load cut off had been under way, from their intended start: their response times
   * would have been at least as long. They are counted here and nowhere else.
   */
  interruptedTimes: Histogram | undefined
  /** Counted from the send. */
  service: Histogram | undefined
  connect: Histogram | undefined
  tls: Histogram | undefined
  firstByte: Histogram | undefined
  /** Of the histograms of service, connect, tls and first byte that are made here. */
  readonly parts: PartsPrecision

  constructor(parts: PartsPrecision = FULL_PRECISION) {
    this.parts = parts
  }

  get successes(): number {
    return this.count - this.failures - this.retried
  }

  /** Response times of every answer and client timeout: success, failed and retried together. For reading. */
  get response(): Histogram {
    return mergedHistogram(this.responseParts)
  }

  get responseParts(): readonly (Histogram | undefined)[] {
    return [this.success, this.failed, this.retriedTimes]
  }

  /** A request was cut off so long after its intended start. */
  interrupted(waitedUs: number): void {
    this.interruptedTimes ??= new Histogram()
    this.interruptedTimes.record(waitedUs)
  }

  /** Counts one request. Interrupted requests never come here. */
  record(sample: RequestSample): void {
    this.bytesSent += sample.bytesSent
    this.bytesReceived += sample.bytesReceived
    if (sample.errorKind !== '') {
      this.errors.record(sample.errorKind, sample.endUs, sample.errorSample)
      if (isGeneratorFault(sample.errorKind)) {
        this.generatorFaults++
        return
      }
    }
    this.count++
    if (sample.status > 0) this.statuses.set(sample.status, (this.statuses.get(sample.status) ?? 0) + 1)
    if (sample.outcome === 'failure') this.failures++
    else if (sample.outcome === 'retried') this.retried++
    if (sample.hasLatency) this.recordTimes(sample)
    if (sample.connectUs >= 0) {
      this.connect ??= new Histogram(this.parts.connect)
      this.connect.record(sample.connectUs)
    }
    if (sample.tlsUs >= 0) {
      this.tls ??= new Histogram(this.parts.tls)
      this.tls.record(sample.tlsUs)
    }
  }

  private recordTimes(sample: RequestSample): void {
    const responseUs = sample.endUs - sample.intendedUs
    if (sample.outcome === 'success') {
      this.success ??= new Histogram()
      this.success.record(responseUs)
    } else if (sample.outcome === 'failure') {
      this.failed ??= new Histogram()
      this.failed.record(responseUs)
    } else {
      this.retriedTimes ??= new Histogram()
      this.retriedTimes.record(responseUs)
    }
    if (sample.sentUs >= 0) {
      this.service ??= new Histogram(this.parts.service)
      this.service.record(sample.endUs - sample.sentUs)
    }
    if (sample.firstByteUs >= 0) {
      this.firstByte ??= new Histogram(this.parts.firstByte)
      this.firstByte.record(sample.firstByteUs)
    }
  }

  check(text: string, pass: boolean): void {
    let check = this.checks.get(text)
    if (check === undefined) {
      check = { pass: 0, fail: 0 }
      this.checks.set(text, check)
    }
    if (pass) check.pass++
    else check.fail++
  }

  add(other: Figures): void {
    this.count += other.count
    this.failures += other.failures
    this.retried += other.retried
    this.answered += other.answered
    this.generatorFaults += other.generatorFaults
    this.bytesSent += other.bytesSent
    this.bytesReceived += other.bytesReceived
    for (const [status, count] of other.statuses) this.statuses.set(status, (this.statuses.get(status) ?? 0) + count)
    this.errors.add(other.errors)
    for (const [text, { pass, fail }] of other.checks) this.addCheck(text, pass, fail)
    this.success = sum(this.success, other.success)
    this.failed = sum(this.failed, other.failed)
    this.retriedTimes = sum(this.retriedTimes, other.retriedTimes)
    this.interruptedTimes = sum(this.interruptedTimes, other.interruptedTimes)
    this.service = sum(this.service, other.service)
    this.connect = sum(this.connect, other.connect)
    this.tls = sum(this.tls, other.tls)
    this.firstByte = sum(this.firstByte, other.firstByte)
  }

  addCheck(text: string, pass: number, fail: number): void {
    const check = this.checks.get(text)
    if (check === undefined) this.checks.set(text, { pass, fail })
    else {
      check.pass += pass
      check.fail += fail
    }
  }
}

/** Adds to a histogram that may not be there yet; an absent sum of two absent ones stays absent. */
export function sum(target: Histogram | undefined, from: Histogram | undefined): Histogram | undefined {
  if (from === undefined) return target
  const merged = target ?? new Histogram(from.geometry)
  merged.add(from)
  return merged
}
