import { readErrorKind } from './error-kinds.ts'
import { notParsed, type Parsed } from './grammar-error.ts'
import { nearestKey } from './nearest-key.ts'
import type { LatencyKind, LatencyStatistic, ThresholdSubject } from './threshold.ts'

const latencies: readonly LatencyKind[] = ['success', 'failed', 'service', 'connect', 'tls', 'first byte']
const counted = ['errors', 'checks', 'throughput', 'requests', 'iterations', 'missed'] as const
const statistics = ['avg', 'mean', 'median', 'min', 'max', 'stddev']

const subjectForms =
  'errors, status 429, status 5xx, ECONNREFUSED, checks, throughput, requests, iterations, missed, p95, avg, median, min, max, stddev, or service p95'

/** What other tools call it. */
const foreign: Readonly<Record<string, string>> = {
  error: 'errors',
  failures: 'errors',
  failed: 'errors',
  'error rate': 'errors',
  'failure rate': 'errors',
  fail_ratio: 'errors',
  http_req_failed: 'errors',
  latency: 'p95',
  'response time': 'p95',
  duration: 'p95',
  http_req_duration: 'p95',
  average: 'avg',
  maximum: 'max',
  minimum: 'min',
  'standard deviation': 'stddev',
  rps: 'throughput',
  tps: 'throughput',
  rate: 'throughput',
  http_reqs: 'requests',
  ttfb: 'first byte p95',
  dropped: 'missed',
  dropped_iterations: 'missed',
}

/** Everything before the operator. Words are lower-case as written; a wrong case is named, not guessed. */
export function readSubject(text: string): Parsed<ThresholdSubject> {
  const words = text.replace(/\s+/g, ' ')
  if (words === '') return notParsed({ message: 'the threshold does not say what it judges', expected: subjectForms })
  const plain = counted.find(name => name === words)
  if (plain !== undefined) return { ok: true, value: { kind: plain } }
  const bare = readStatistic(words)
  if (bare !== undefined) return latency('response', words, bare)
  const errorKind = readErrorKind(words)
  if (errorKind.ok) return { ok: true, value: { kind: 'error', errorKind: errorKind.value } }
  if (/^[A-Z][A-Z0-9]*_?[A-Z0-9_]{2,}$/.test(words) && !/^P\d/.test(words)) return errorKind
  const prefix = latencies.find(kind => words.startsWith(`${kind} `))
  if (prefix !== undefined) return prefixed(prefix, words.slice(prefix.length + 1))
  if (/^status( |$)/.test(words)) return readStatus(words.slice('status'.length).trim())
  return unknown(words)
}

/** How the subject is written; the reverse of `readSubject`. */
export function formatSubject(subject: ThresholdSubject): string {
  switch (subject.kind) {
    case 'latency': {
      const { statistic } = subject
      const figure =
        statistic.kind === 'percentile'
          ? `p${statistic.percentile}`
          : statistic.kind === 'mean'
            ? 'avg'
            : statistic.kind
      return subject.latency === 'response' ? figure : `${subject.latency} ${figure}`
    }
    case 'status': {
      const { from, to } = subject
      return from === to ? `status ${from}` : `status ${from / 100}xx`
    }
    case 'error':
      return subject.errorKind
    default:
      return subject.kind
  }
}

function readStatistic(word: string): LatencyStatistic | undefined {
  if (word === 'avg' || word === 'mean') return { kind: 'mean' }
  if (word === 'min' || word === 'max' || word === 'stddev') return { kind: word }
  if (word === 'median') return { kind: 'percentile', percentile: 50 }
  const digits = /^p(\d+(?:\.\d+)?)$/.exec(word)?.[1]
  return digits === undefined ? undefined : { kind: 'percentile', percentile: Number(digits) }
}

function latency(kind: LatencyKind, word: string, statistic: LatencyStatistic): Parsed<ThresholdSubject> {
  if (statistic.kind === 'percentile') {
    const { percentile } = statistic
    if (percentile <= 0 || percentile >= 100) {
      const digits = String(percentile).replace('.', '')
      const meant = /^9\d{2,4}$/.test(digits) ? `p${digits.slice(0, 2)}.${digits.slice(2)}` : undefined
      const fix = percentile === 100 ? 'max' : percentile === 0 ? 'min' : meant
      return notParsed({
        message: `${word} is not a percentile`,
        expected: 'one above p0 and below p100, such as p0.5 or p99.99, or min, max',
        ...(fix === undefined ? {} : { fix }),
      })
    }
    if (String(percentile).length > 7) {
      return notParsed({ message: `${word} is finer than can be measured`, expected: 'a percentile such as p99.99' })
    }
  }
  return { ok: true, value: { kind: 'latency', latency: kind, statistic } }
}

function prefixed(kind: LatencyKind, word: string): Parsed<ThresholdSubject> {
  const statistic = readStatistic(word)
  if (statistic !== undefined) return latency(kind, word, statistic)
  const near = nearestKey(word, statistics)
  return notParsed({
    message: `"${word}" is not a figure of ${kind} times`,
    expected: 'p95, avg, median, min, max or stddev',
    fix: `${kind} ${near ?? 'p95'}`,
  })
}

function readStatus(text: string): Parsed<ThresholdSubject> {
  const family = /^([1-5])(?:xx|XX|\*\*)$/.exec(text)?.[1]
  if (family !== undefined) {
    return { ok: true, value: { kind: 'status', from: Number(family) * 100, to: Number(family) * 100 + 99 } }
  }
  if (/^[1-5]\d\d$/.test(text)) return { ok: true, value: { kind: 'status', from: Number(text), to: Number(text) } }
  const message = text === '' ? 'status needs a code' : `"${text}" is not a status code`
  return notParsed({ message, expected: 'status 429 or status 5xx' })
}

function kindFix(words: string): string | undefined {
  const kind = readErrorKind(words)
  return kind.ok ? undefined : kind.errors[0]?.fix
}

function unknown(words: string): Parsed<ThresholdSubject> {
  const lower = words.toLowerCase()
  const percentile = /^(?:percentile |pct |p\(|p )?(\d{2}(?:\.\d+)?)(?:th)?(?: ?%| percentile|\))?$/.exec(lower)?.[1]
  const reversed = latencies.find(kind => lower.endsWith(` ${kind}`) && readStatistic(lower.slice(0, -kind.length - 1)))
  const fix =
    (percentile === undefined ? undefined : `p${percentile}`) ??
    (readStatistic(lower) === undefined ? undefined : lower) ??
    (reversed === undefined ? undefined : `${reversed} ${lower.slice(0, -reversed.length - 1)}`) ??
    (/^[1-5](\d\d|xx)$/.test(lower) ? `status ${lower}` : undefined) ??
    (Object.hasOwn(foreign, lower) ? foreign[lower] : undefined) ??
    (latencies.some(kind => kind === lower) ? `${lower} p95` : undefined) ??
    nearestKey(words, [...counted, ...statistics, 'status 5xx']) ??
    kindFix(words)
  return notParsed({
    message: `"${words}" is not something a threshold can judge`,
    expected: subjectForms,
    ...(fix === undefined ? {} : { fix }),
  })
}
