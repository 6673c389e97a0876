import { describe, expect, it } from 'vitest'
import { findings } from '../../lib/judge/findings.ts'
import type { Measurements } from '../../lib/measure/measurements.ts'
import type { RequestSample } from '../../lib/measure/request-sample.ts'
import { sample, samplePlan } from '../measure/sample-plan.ts'
import { health, requests, summaryOf } from './run-sketch.ts'

const plan = samplePlan({ requestNames: ['GET /a', 'POST /login', 'GET /c'] })

function kindsOf(...records: ((measurements: Measurements) => void)[]): readonly string[] {
  const summary = summaryOf(plan, measurements => {
    for (const record of records) record(measurements)
  })
  return findings(plan, summary).map(finding => finding.kind)
}

const status = (code: number): Partial<RequestSample> => ({
  outcome: 'failure',
  status: code,
  errorKind: `status ${code}`,
  errorSample: `answered ${code}`,
})

const noAnswer = (errorKind: string): Partial<RequestSample> => ({
  outcome: 'failure',
  status: 0,
  hasLatency: false,
  errorKind,
  errorSample: errorKind,
})

/** Users from 1 to 60, a second each; what happens to one second's requests is up to `second`. */
function ramp(second: (users: number) => { count: number; ms: number; failures?: number }) {
  return (measurements: Measurements) => {
    for (let users = 1; users <= 59; users++) {
      const fromUs = (9 + users) * 1_000_000
      measurements.users(fromUs, users)
      const { count, ms, failures = 0 } = second(users)
      for (let i = 0; i < count; i++) {
        const endUs = fromUs + (i * 1_000_000) / count
        const change = i < failures ? status(503) : {}
        measurements.request(sample({ intendedUs: endUs - ms * 1000, endUs, ...change }))
      }
    }
  }
}

describe('a finding', () => {
  it.each<[string, Partial<RequestSample>, string]>([
    ['refused connections', noAnswer('ECONNREFUSED'), 'refused'],
    ['a name that cannot be resolved', noAnswer('dns (ENOTFOUND)'), 'dns'],
    ['a wrong certificate', noAnswer('tls (CERT_HAS_EXPIRED)'), 'tls'],
    ['timeouts', { ...noAnswer('timeout (first byte)'), hasLatency: true }, 'timeouts'],
    ['resets', noAnswer('ECONNRESET'), 'resets'],
    ['truncated bodies', { ...noAnswer('truncated body'), status: 200 }, 'truncated'],
    ['a rate limit', status(429), 'rate limited'],
    ['server errors', status(500), 'server errors'],
    ['answers 401', status(401), 'credentials'],
    ['a missing page', { ...status(404), request: 2 }, 'not found'],
    ['exhausted ports', noAnswer('EADDRINUSE'), 'generator limited'],
  ])('names %s', (_, change, kind) => {
    expect(kindsOf(requests(900, 50), requests(100, 50, change))[0]).toBe(kind)
  })

  it('is absent where nothing is wrong', () => {
    expect(kindsOf(requests(1000, 50), requests(1000, 60, { request: 1 }))).toEqual([])
  })

  it('is absent for a single failure in thousands', () => {
    expect(kindsOf(requests(4000, 50), requests(1, 50, status(500)))).toEqual([])
  })

  it('names the request that is slower than the others', () => {
    expect(kindsOf(requests(500, 50), requests(100, 400, { request: 2 }))).toEqual(['slow endpoint'])
    expect(kindsOf(requests(500, 50), requests(100, 120, { request: 2 }))).toEqual([])
  })

  it('finds the knee where more users bring only longer answers', () => {
    const found = findings(
      plan,
      summaryOf(
        plan,
        ramp(users => ({ count: Math.min(users, 20) * 5, ms: Math.max(200, users * 10) })),
      ),
    )
    expect(found.map(finding => finding.kind)).toEqual(['knee'])
    const users = Number(/near (\d+) users/.exec(found[0]?.title ?? '')?.[1])
    expect(users).toBeGreaterThanOrEqual(15)
    expect(users).toBeLessThanOrEqual(25)
  })

  it('finds no knee while throughput grows with the users', () => {
    expect(kindsOf(ramp(users => ({ count: users * 5, ms: 200 })))).toEqual([])
  })

  it('makes nothing of the second in which the load ended, which may be a few ms', () => {
    const second = (at: number, users: number, count: number, ms: number) => (measurements: Measurements) => {
      const fromUs = at * 1_000_000
      measurements.users(fromUs, users)
      for (let i = 0; i < count; i++) {
        const endUs = fromUs + i * 200
        measurements.request(sample({ intendedUs: endUs - ms * 1000, endUs }))
      }
    }
    const steady = [10, 11, 12, 13, 14, 15].map(at => second(at, 1, 200, 0.25))
    expect(kindsOf(...steady, second(16, 3, 120, 0.45))).toEqual([])
    expect(kindsOf(...steady, second(16, 3, 120, 0.45), second(17, 3, 120, 0.45))).toEqual(['knee'])
  })

  it('finds a knee in an open phase only where its answers came slower than its arrivals', () => {
    const open = samplePlan({ phases: [{ kind: 'open', durationMs: 20_000 }] })
    const offered = (ms: (second: number) => number) => (measurements: Measurements) => {
      for (let second = 0; second < 20; second++) {
        const late = ms(second)
        measurements.users((second + 1) * 1_000_000, Math.max(1, Math.round(late / 10)))
        for (let i = 0; i < 100; i++) {
          const intendedUs = (second + i / 100) * 1_000_000
          measurements.request(sample({ phase: 0, intendedUs, endUs: intendedUs + late * 1000 }))
        }
      }
    }
    const kinds = (ms: (second: number) => number) =>
      findings(open, summaryOf(open, offered(ms))).map(({ kind }) => kind)
    expect(kinds(second => (second >= 3 && second <= 6 ? 200 : 20))).toEqual([])
    expect(kinds(second => 20 + 500 * second)).toEqual(['knee'])
  })

  it('finds nothing missing where a check asks for status 404', () => {
    expect(kindsOf(requests(100, 50, { status: 404 }))).toEqual([])
  })

  it('finds no knee where the target answers no more and those who wait become more', () => {
    const dies = (users: number) =>
      users < 20 ? { count: 50, ms: 20 } : { count: 50, ms: Math.min(30, users - 19) * 1000, failures: 50 }
    expect(kindsOf(ramp(dies))).not.toContain('knee')
  })

  it('tells server errors under load from server errors', () => {
    expect(kindsOf(ramp(users => ({ count: 50, ms: 200, failures: users > 40 ? 25 : 0 })))[0]).toBe('pool exhausted')
    expect(kindsOf(ramp(() => ({ count: 50, ms: 200, failures: 10 })))[0]).toBe('server errors')
  })

  it('names a login that fails as the cause of the answers 401', () => {
    const summary = summaryOf(plan, measurements => {
      requests(200, 50, { ...status(400), request: 1 })(measurements)
      requests(500, 5, status(401))(measurements)
    })
    const [first] = findings(plan, summary)
    expect(first?.title).toMatch(/^POST \/login fails/)
    expect(first?.evidence.join('\n')).toContain('most often status 400')
  })

  it('puts the generator before everything else', () => {
    const record = requests(1000, 50, status(500))
    const summary = summaryOf(plan, record, { generators: [health({ cpuShare: 0.99, lateMs: 500 })] })
    expect(findings(plan, summary).map(finding => finding.kind)).toEqual(['generator limited', 'server errors'])
  })

  it.each([
    ['EADDRNOTAVAIL', /out of local ports: keep connections alive/],
    ['EMFILE', /out of file descriptors: raise the limit/],
    ['ENOBUFS', /out of memory for sockets: use fewer connections/],
  ])('says of %s which resource ran out and what to change', (errorKind, text) => {
    const record = requests(100, 50, noAnswer(errorKind))
    const [first] = findings(plan, summaryOf(plan, record))
    expect(first?.evidence.join('\n')).toMatch(text)
    expect(first?.advice).toContain('not counted against the target')
  })
})
