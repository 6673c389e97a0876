import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { formatThreshold, parseThreshold, type Threshold } from '../../lib/scenario/threshold.ts'

const all = { kind: 'all' }
const p = (percentile: number, latency = 'response') => ({
  kind: 'latency',
  latency,
  statistic: { kind: 'percentile', percentile },
})
const figure = (kind: string, latency = 'response') => ({ kind: 'latency', latency, statistic: { kind } })

describe('every form', () => {
  test.each([
    ['errors < 1%', { subject: { kind: 'errors' }, operator: '<', limit: 0.01, unit: 'share' }],
    ['errors = 0', { subject: { kind: 'errors' }, operator: '=', limit: 0, unit: 'count' }],
    ['errors <= 0.5/s', { subject: { kind: 'errors' }, operator: '<=', limit: 0.5, unit: 'perSecond' }],
    ['p95 < 2s', { subject: p(95), limit: 2000, unit: 'ms' }],
    ['p99.9 <= 1.5s', { subject: p(99.9), operator: '<=', limit: 1500 }],
    ['p99.99 < 1m', { subject: p(99.99), limit: 60_000 }],
    ['median < 300ms', { subject: p(50), limit: 300 }],
    ['avg < 300ms', { subject: figure('mean') }],
    ['mean < 300ms', { subject: figure('mean') }],
    ['min > 1ms', { subject: figure('min'), operator: '>' }],
    ['max < 3s', { subject: figure('max') }],
    ['stddev < 3s', { subject: figure('stddev') }],
    ['service p95 < 1s', { subject: p(95, 'service') }],
    ['connect max < 1s', { subject: figure('max', 'connect') }],
    ['tls p95 < 10ms', { subject: p(95, 'tls') }],
    ['first byte p99 < 10ms', { subject: p(99, 'first byte') }],
    ['success p95 < 1s', { subject: p(95, 'success') }],
    ['failed median < 1s', { subject: p(50, 'failed') }],
    ['status 429 = 0', { subject: { kind: 'status', from: 429, to: 429 }, unit: 'count' }],
    ['status 5xx is 0', { subject: { kind: 'status', from: 500, to: 599 }, operator: '=' }],
    ['status 5xx < 0.1%', { subject: { kind: 'status', from: 500, to: 599 }, unit: 'share', limit: 0.001 }],
    ['ECONNREFUSED == 0', { subject: { kind: 'error', errorKind: 'ECONNREFUSED' }, operator: '=' }],
    ['ECONNRESET is not 3', { subject: { kind: 'error', errorKind: 'ECONNRESET' }, operator: '!=' }],
    ['ENOTFOUND = 0', { text: 'dns (ENOTFOUND) = 0', subject: { kind: 'error', errorKind: 'dns (ENOTFOUND)' } }],
    ['ESTALE = 0', { subject: { kind: 'error', errorKind: 'ESTALE' } }],
    ['timeout = 0', { subject: { kind: 'error', errorKind: 'timeout' } }],
    ['timeout (first byte) = 0', { subject: { kind: 'error', errorKind: 'timeout (first byte)' } }],
    ['tls (CERT_HAS_EXPIRED) = 0', { subject: { kind: 'error', errorKind: 'tls (CERT_HAS_EXPIRED)' } }],
    ['truncated body < 1%', { subject: { kind: 'error', errorKind: 'truncated body' } }],
    ['checks > 99%', { subject: { kind: 'checks' }, operator: '>', limit: 0.99, unit: 'share' }],
    ['throughput > 30/s', { subject: { kind: 'throughput' }, limit: 30, unit: 'perSecond' }],
    ['throughput >= 1800/m', { subject: { kind: 'throughput' }, limit: 30, unit: 'perSecond' }],
    ['requests > 1000', { subject: { kind: 'requests' }, limit: 1000, unit: 'count' }],
    ['iterations > 10/s', { subject: { kind: 'iterations' }, unit: 'perSecond' }],
    ['missed < 1%', { subject: { kind: 'missed' }, unit: 'share' }],
    ['p99 < 1s every 10s after 30s or abort', { everyMs: 10_000, afterMs: 30_000, abort: true }],
    ['p99 < 1s after 30s every 10s', { everyMs: 10_000, afterMs: 30_000, abort: false }],
    ['p99 < 1s or abort', { abort: true }],
    ['p99 < 1s or abort after 5s', { abort: true, afterMs: 5000 }],
    ['GET /me: p99 < 400ms', { scope: { kind: 'request', name: 'GET /me' } }],
    ['flow browse: p95 < 20s', { scope: { kind: 'flow', name: 'browse' } }],
    ['flow browse: errors < 1%', { scope: { kind: 'flow', name: 'browse' } }],
    ['phase steady: throughput > 30/s', { scope: { kind: 'phase', name: 'steady' } }],
    ['odd: name: p99 < 1s', { scope: { kind: 'request', name: 'odd: name' } }],
    ['  p95<2s  ', { subject: p(95), scope: all, abort: false, default: false }],
  ])('%s', (text, expected) => {
    expect(parseThreshold(text)).toMatchObject({ ok: true, value: expected })
  })

  test('the key of a one-key map is the scope, colons and all', () => {
    expect(parseThreshold('p99 < 400ms', 'GET /a: b')).toMatchObject({
      ok: true,
      value: { scope: { kind: 'request', name: 'GET /a: b' }, text: 'GET /a: b: p99 < 400ms' },
    })
  })

  test.each([
    ['p95<2000ms', 'p95 < 2s'],
    ['median   is   1s', 'p50 = 1s'],
    ['mean < 1s or abort after 10s', 'avg < 1s after 10s or abort'],
    ['throughput > 1800/m', 'throughput > 30/s'],
  ])('%s is normalised to %s', (text, normal) => {
    expect(parseThreshold(text)).toMatchObject({ ok: true, value: { text: normal } })
  })
})

describe('every fault is named, with the right form', () => {
  test.each([
    ['', 'the threshold is empty', undefined],
    ['p95', '"p95" has no operator', undefined],
    ['p95 2s', '"p95 2s" has no operator', 'p95 < 2s'],
    ['p95 <', 'p95 is compared with nothing', 'p95 < 500ms'],
    ['< 2s', 'the threshold does not say what it judges', undefined],
    ['p95 below 2s', '"below" is not an operator', 'p95 < 2s'],
    ['p95 =< 2s', '"=<" is not an operator', 'p95 <= 2s'],
    ['p95 << 500ms', '"<<" is not an operator', 'p95 < 500ms'],
    ['p95 >>> 2s', '">>>" is not an operator', 'p95 > 2s'],
    ['p95 < = 2s', '"< =" is not an operator', 'p95 <= 2s'],
    ['p95 ≤ 2s', '"≤" is not an operator', 'p95 <= 2s'],
    ['errors <> 0', '"<>" is not an operator', 'errors != 0'],
    ['errors !== 0', '"!==" is not an operator', 'errors != 0'],
    ['errors === 0', '"===" is not an operator', 'errors = 0'],
    ['p95 < 5%', 'p95 cannot be compared with "5%"', 'p95 < 500ms'],
    ['p95 < 5', 'p95 cannot be compared with "5"', 'p95 < 5s'],
    ['p95 < 5 ms', '"5 ms" has a space before its unit', 'p95 < 5ms'],
    ['errors < 2s', 'errors cannot be compared with "2s"', 'errors < 1%'],
    ['errors < 0.01', '"0.01" is not a count', 'errors < 1%'],
    ['errors < 120%', '"120%" is more than all', undefined],
    ['errors < -1%', '"-1%" is negative', 'errors < 1%'],
    ['checks = 0', 'checks cannot be compared with "0"', 'checks = 0%'],
    ['throughput > 300 rpm', '"300 rpm" has a space before its unit', 'throughput > 300/m'],
    ['requests > 1,000', '"1,000" is not a count', 'requests > 1000'],
    ['erors < 1%', '"erors" is not something a threshold can judge', 'errors < 1%'],
    ['latency < 2s every 10s', '"latency" is not something a threshold can judge', 'p95 < 2s every 10s'],
    ['P95 < 2s', '"P95" is not something a threshold can judge', 'p95 < 2s'],
    ['95th < 2s', '"95th" is not something a threshold can judge', 'p95 < 2s'],
    ['p95 service < 1s', '"p95 service" is not something a threshold can judge', 'service p95 < 1s'],
    ['service < 1s', '"service" is not something a threshold can judge', 'service p95 < 1s'],
    ['service p < 1s', '"p" is not a figure of service times', 'service p95 < 1s'],
    ['p999 < 1s', 'p999 is not a percentile', 'p99.9 < 1s'],
    ['p100 < 1s', 'p100 is not a percentile', 'max < 1s'],
    ['p0 < 1s', 'p0 is not a percentile', 'min < 1s'],
    ['503 < 1%', '"503" is not something a threshold can judge', 'status 503 < 1%'],
    ['status < 5', 'status needs a code', undefined],
    ['status 999 < 5', '"999" is not a status code', undefined],
    ['p95 < 2s evry 10s', '"evry" is not understood', 'p95 < 2s every 10s'],
    ['p95 < 2s every 10', '"10" has no unit', 'p95 < 2s every 10s'],
    ['p95 < 2s every 0s', '"every 0s" is no window', undefined],
    ['p95 < 2s every 10s every 5s', '"every" stands twice', undefined],
    ['p95 < 2s abort', '"abort" is not understood', 'p95 < 2s or abort'],
    ['p95 < 2s or abort or abort', '"or abort" stands twice', undefined],
    ['p95 < 2s for 10s', '"for 10s" is not understood', 'p95 < 2s every 10s'],
    [': p95 < 2s', 'the threshold has no scope before its colon', undefined],
    ['flow : p95 < 1s', 'flow needs a name', undefined],
    ['flow x: checks > 99%', 'a flow has no checks of its own', undefined],
    ['flow x: success p95 < 1s', 'a flow has no success p95 of its own', undefined],
    ['GET /x: missed = 0', 'a request has no missed: it counts iterations', undefined],
    ['GET /x: p95 < 5', 'p95 cannot be compared with "5"', 'GET /x: p95 < 5s'],
    ['x'.repeat(600), 'the threshold is too long to be one', undefined],
  ])('%s', (text, message, fix) => {
    const outcome = parseThreshold(text)
    expect(outcome.ok).toBe(false)
    if (outcome.ok) return
    expect(outcome.errors[0]).toMatchObject({ message, ...(fix === undefined ? {} : { fix }) })
    if (fix !== undefined) expect(parseThreshold(fix).ok).toBe(true)
  })

  test('faults of several parts come at once', () => {
    const outcome = parseThreshold('flow : erors < 1% evry 10s')
    expect(outcome.ok ? [] : outcome.errors.map(error => error.message)).toEqual([
      'flow needs a name',
      '"erors" is not something a threshold can judge',
      '"evry" is not understood',
    ])
  })

  test.each(['p0.5', 'p99.999'])('%s is a percentile, as what is expected of one says', subject => {
    const outcome = parseThreshold('p100 < 1s')
    expect(outcome.ok ? '' : outcome.errors[0]?.expected).toMatch(/above p0 and below p100/)
    expect(parseThreshold(`${subject} < 1s`).ok).toBe(true)
  })

  test('the offset is where the fault stands', () => {
    const outcome = parseThreshold('GET /me: p95 < 5%')
    expect(outcome.ok ? undefined : outcome.errors[0]?.offset).toBe('GET /me: p95 < '.length)
  })
})

const name = fc.stringMatching(/^[A-Za-z0-9/{}._-]{1,12}( [a-z]{1,6})?$/)
const scope = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  name.map(text => ({ kind: 'request' as const, name: `GET /${text}` })),
  fc.record({ kind: fc.constant('phase' as const), name }),
)
const latencySubject = fc.record({
  kind: fc.constant('latency' as const),
  latency: fc.constantFrom('response', 'success', 'failed', 'service', 'connect', 'tls', 'first byte' as const),
  statistic: fc.oneof(
    fc.constantFrom(...(['mean', 'min', 'max', 'stddev'] as const).map(kind => ({ kind }))),
    fc.integer({ min: 1, max: 9999 }).map(n => ({ kind: 'percentile' as const, percentile: n / 100 })),
  ),
})
const limited = fc.oneof(
  fc.tuple(latencySubject, fc.integer({ min: 1, max: 10_000_000 }), fc.constant('ms' as const)),
  fc.tuple(
    fc.constantFrom(
      { kind: 'errors' as const },
      { kind: 'status' as const, from: 400, to: 499 },
      {
        kind: 'error' as const,
        errorKind: 'ECONNRESET',
      },
    ),
    fc.integer({ min: 0, max: 10_000 }).map(n => n / 10_000),
    fc.constant('share' as const),
  ),
  fc.tuple(
    fc.constantFrom({ kind: 'requests' as const }, { kind: 'errors' as const }),
    fc.nat(1_000_000),
    fc.constant('count' as const),
  ),
  fc.tuple(fc.constant({ kind: 'throughput' as const }), fc.nat(100_000), fc.constant('perSecond' as const)),
)
const durationMs = fc.option(fc.integer({ min: 1, max: 100_000_000 }), { nil: undefined })

property.prop([
  scope,
  limited,
  fc.constantFrom('<', '<=', '>', '>=', '=', '!=' as const),
  durationMs,
  durationMs,
  fc.boolean(),
])(
  'what is printed is read as the same threshold, and printed the same again',
  (place, [subject, limit, unit], operator, everyMs, afterMs, abort) => {
    const threshold = {
      scope: place,
      subject,
      operator,
      limit,
      unit,
      ...(everyMs === undefined ? {} : { everyMs }),
      ...(afterMs === undefined ? {} : { afterMs }),
      abort,
    } as Omit<Threshold, 'text' | 'default'>
    const text = formatThreshold(threshold)
    expect(parseThreshold(text)).toEqual({ ok: true, value: { ...threshold, text, default: false } })
  },
)
