import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { judge } from '../../lib/judge/verdict.ts'
import type { Measurements } from '../../lib/measure/measurements.ts'
import type { RequestSample } from '../../lib/measure/request-sample.ts'
import { lostShard } from '../../lib/measure/summary.ts'
import { headline } from '../../lib/report/headline.ts'
import { sample, samplePlan } from '../measure/sample-plan.ts'
import { failed, health, requests, summaryOf } from './run-sketch.ts'

type Record = (measurements: Measurements) => void

/** 1,000 successes of 100 ms, 30 failures of 300 ms, 20 refused, 12 checks of which 3 fail, 500 iterations, 5 of them failed. */
const mixed: Record = measurements => {
  requests(1000, 100)(measurements)
  requests(30, 300, { ...failed, request: 1 })(measurements)
  requests(20, 1, { outcome: 'failure', status: 0, hasLatency: false, errorKind: 'ECONNREFUSED' })(measurements)
  for (let i = 0; i < 12; i++) measurements.check(1, 0, 'body is x', i >= 3)
  for (let i = 0; i < 500; i++) measurements.iteration(0, 1, 11_000_000, 11_000_000 + i * 1000, i < 5)
  for (let i = 0; i < 50; i++) measurements.iteration(1, 1, 11_000_000, 11_000_000, false)
}

function judged(thresholds: readonly string[], record: Record, strict = false) {
  const plan = samplePlan({ thresholds, strict })
  return judge(plan, summaryOf(plan, record))
}

describe('a threshold', () => {
  it.each([
    ['errors < 5%', 'pass', 50 / 1050],
    ['errors < 1%', 'fail', 50 / 1050],
    ['errors = 50', 'pass', 50],
    ['POST /b: errors < 1%', 'fail', 1],
    ['flow main: errors < 2%', 'pass', 0.01],
    ['status 503 = 0', 'fail', 30],
    ['status 5xx < 3%', 'pass', 30 / 1050],
    ['ECONNREFUSED < 1%', 'fail', 20 / 1050],
    ['checks > 70%', 'pass', 0.75],
    ['checks > 80%', 'fail', 0.75],
    ['requests > 1000', 'pass', 1050],
    ['iterations >= 500', 'pass', 500],
    ['missed = 0', 'pass', 0],
    ['throughput > 17/s', 'pass', 1030 / 60],
    ['throughput > 18/s', 'fail', 1030 / 60],
    ['p95 < 150ms', 'pass', 100.031],
    ['p99 < 250ms', 'fail', 300],
    ['failed p95 < 400ms', 'pass', 300],
    ['success max < 100ms', 'fail', 100],
    ['success avg <= 100ms', 'pass', 100],
    ['min >= 100ms', 'pass', 100],
    ['service median < 101ms', 'pass', 100.031],
    ['flow main: p50 < 1s', 'pass', 249.087],
    ['phase steady: p95 < 150ms', 'pass', 100.031],
    ['GET /a: p95 < 150ms', 'pass', 100],
  ])('%s: %s', (text, result, actual) => {
    const [threshold] = judged([text], mixed).thresholds
    expect(threshold?.result, threshold?.reason).toBe(result)
    expect(threshold?.actual).toBeCloseTo(actual, 0.1 > actual ? 6 : 0)
  })

  it.each([
    ['GET /c: p95 < 1s', 'nothing was measured in its scope'],
    ['GET /c: errors < 1%', 'no request was made in its scope'],
    ['POST /b: p99 < 1s', 'p99 needs 100 samples, and there are 30'],
    ['connect p95 < 1s', 'nothing was measured in its scope'],
    ['GET /c: checks > 1%', 'no check was made in its scope'],
    ['phase warm: p95 < 1s', 'nothing was measured in its scope'],
  ])('that was not observed, %s, is inconclusive', (text, reason) => {
    const verdict = judged([text], mixed)
    expect(verdict.thresholds[0]).toMatchObject({ result: 'inconclusive', reason })
    expect(verdict.thresholds[0]).not.toHaveProperty('actual')
    expect(verdict.result).toBe('inconclusive')
  })

  it('covers judged phases only, unless it names a warm-up phase', () => {
    const record: Record = measurements => {
      requests(200, 100)(measurements)
      for (let i = 0; i < 200; i++) measurements.request(sample({ phase: 0, intendedUs: 0, endUs: 5_000_000 }))
      for (let i = 0; i < 200; i++)
        measurements.request(sample({ phase: 2, intendedUs: 70_000_000, endUs: 79_000_000 }))
    }
    const verdict = judged(['max < 200ms', 'phase warm: max < 200ms', 'requests = 200'], record)
    expect(verdict.thresholds.map(threshold => threshold.result)).toEqual(['pass', 'fail', 'pass'])
  })
})

describe('a threshold on response times, where the end cut off requests', () => {
  /** So many answers in 100 ms, and requests without one: so many after 5 s, others after 90 ms. */
  const hung =
    (answered: number, over: number, under = 0, change: Partial<RequestSample> = {}): Record =>
    measurements => {
      requests(answered, 100, change)(measurements)
      requests(over, 5000, { ...change, outcome: 'interrupted' })(measurements)
      requests(under, 90, { ...change, outcome: 'interrupted' })(measurements)
    }

  it.each([
    // 5 % of all may be over the limit.
    ['p95 < 300ms', 'pass', hung(950, 50)],
    ['p95 < 300ms', 'fail', hung(950, 51)],
    ['p95 < 300ms', 'fail', hung(950, 55)],
    ['p95 <= 300ms', 'fail', hung(950, 55)],
    ['GET /a: p95 < 300ms', 'fail', hung(950, 55)],
    ['phase steady: p95 < 300ms', 'fail', hung(950, 55)],
    // They had waited for 5 s, and might have taken longer than 6.
    ['p95 < 6s', 'inconclusive', hung(950, 55)],
    ['p90 < 6s', 'pass', hung(950, 55)],
    ['max < 6s', 'inconclusive', hung(950, 1)],
    ['avg < 6s', 'inconclusive', hung(950, 1)],
    ['min < 6s', 'pass', hung(950, 1)],
    ['GET /a: median < 6s', 'inconclusive', hung(13, 14)],
    ['GET /a: p95 < 6s', 'inconclusive', hung(0, 400)],
    ['max < 300ms', 'fail', hung(950, 1)],
    ['avg < 300ms', 'fail', hung(950, 55)],
    // A mean of what they had waited is only the least that it can be.
    ['avg < 300ms', 'inconclusive', hung(950, 10)],
    // Nothing was answered at all.
    ['p95 < 300ms', 'fail', hung(0, 30)],
    ['GET /a: median < 300ms', 'fail', hung(0, 2)],
    // Those that were cut off sooner may have been fast, were they few or many.
    ['p95 < 300ms', 'pass', hung(950, 0, 900)],
    ['p95 < 300ms', 'inconclusive', hung(950, 55, 900)],
    ['median < 300ms', 'inconclusive', hung(0, 2, 900)],
    // Of what was not answered nobody knows that it would have been a success.
    ['success p95 < 300ms', 'inconclusive', hung(950, 100)],
    ['success p95 < 300ms', 'pass', hung(950, 50)],
    // For these it proves nothing.
    ['stddev < 300ms', 'pass', hung(950, 100)],
    ['p95 > 50ms', 'pass', hung(950, 100)],
    // Neither what was asked for in another phase, nor under another name.
    ['POST /b: p95 < 300ms', 'pass', hung(950, 0, 0, { request: 1 })],
  ] as const)('%s: %s', (text, result, record) => {
    const others: Record = measurements => {
      record(measurements)
      if (text.startsWith('POST')) hung(0, 500, 0, { request: 0 })(measurements)
      hung(0, 500, 0, { phase: 0 })(measurements)
      hung(0, 500, 0, { phase: 2 })(measurements)
    }
    const [threshold] = judged([text], others).thresholds
    expect(threshold?.result, threshold?.reason).toBe(result)
  })

  it('says how many had no answer yet, and fails the run', () => {
    const verdict = judged(['p95 < 300ms'], hung(950, 55))
    expect(verdict.result).toBe('fail')
    expect(verdict.reasons[0]).toBe(
      'p95 at least 5.00 s (55 of 1,005 requests had no answer yet after 5 s), limit 300 ms, 17 times the limit',
    )
    expect(verdict.thresholds[0]).toMatchObject({ actual: 5000, samples: 1005, unanswered: 55 })
    expect(headline({ verdict })).toBe('FAIL: p95 at least 5.00 s, limit 300 ms, 17 times the limit')
  })

  it('leaves a run that was stopped from outside inconclusive', () => {
    const plan = samplePlan({ thresholds: ['p95 < 300ms'] })
    const summary = summaryOf(plan, hung(950, 55), { generators: [health({ stoppedAtMs: 60_000 })] })
    const verdict = judge(plan, summary, { stopped: { atMs: 60_000, cause: 'user' } })
    expect(verdict.result).toBe('inconclusive')
  })

  test.prop([
    fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 }),
    fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 30 }),
    fc.constantFrom('p50', 'p90', 'avg', 'max', 'min'),
  ])('fails only where it would whatever the others had taken', (answeredMs, waitedMs, statistic) => {
    const record: Record = measurements => {
      for (const ms of answeredMs) requests(1, ms)(measurements)
      for (const ms of waitedMs) requests(1, ms, { outcome: 'interrupted' })(measurements)
    }
    const [threshold] = judged([`${statistic} < 500ms`], record).thresholds
    if (threshold?.result !== 'fail') return
    // The best that could have become of them: an answer at once for who had not waited for the limit, else then.
    const best: Record = measurements => {
      for (const ms of answeredMs) requests(1, ms)(measurements)
      for (const ms of waitedMs) requests(1, ms < 500 ? 1 : ms)(measurements)
    }
    const [then] = judged([`${statistic} < 500ms`], best).thresholds
    expect(then?.result, `${threshold.reason}; then ${then?.reason}`).toBe('fail')
  })
})

describe('windows', () => {
  const slowAt =
    (fromMs: number, toMs: number): Record =>
    measurements => {
      for (let ms = 10_000; ms < 69_000; ms += 50) {
        const slow = ms >= fromMs && ms < toMs
        measurements.request(sample({ intendedUs: ms * 1000, endUs: (ms + (slow ? 900 : 20)) * 1000 }))
      }
    }

  it.each([
    ['p95 < 500ms every 10s', slowAt(30_000, 40_000), 'fail'],
    ['p95 < 500ms every 10s', slowAt(0, 0), 'pass'],
    ['p95 < 500ms every 10s after 40s', slowAt(30_000, 38_000), 'pass'],
    ['p95 < 500ms after 50s', slowAt(30_000, 40_000), 'pass'],
    ['p95 < 500ms after 35s', slowAt(30_000, 40_000), 'fail'],
    ['p99 < 500ms every 2s', slowAt(0, 0), 'inconclusive'],
    ['p95 < 500ms every 90s', slowAt(0, 0), 'inconclusive'],
    ['throughput > 15/s every 5s', slowAt(0, 0), 'pass'],
  ])('%s', (text, record, result) => {
    const [threshold] = judged([text], record).thresholds
    expect(threshold?.result, threshold?.reason).toBe(result)
  })

  it('show the worst window', () => {
    const [threshold] = judged(['p95 < 500ms every 10s'], slowAt(30_000, 40_000)).thresholds
    expect(threshold?.actual).toBeCloseTo(900, 0)
    expect(threshold?.reason).toContain('30 s to 40 s')
  })

  it('take a window without answers as a rate of zero', () => {
    const record: Record = measurements => {
      for (let ms = 10_000; ms < 69_000; ms += 50) {
        if (ms < 30_000 || ms > 41_000) measurements.request(sample({ intendedUs: ms * 1000, endUs: (ms + 5) * 1000 }))
      }
    }
    expect(judged(['throughput > 5/s every 10s'], record).thresholds[0]).toMatchObject({ result: 'fail', actual: 0 })
  })
})

describe('a strict scenario', () => {
  it.each([
    ['p95 < 110ms', 1000, 100, 'pass'],
    ['p99 < 110ms', 100, 100, 'inconclusive'], // 100 samples cannot bound a p99 from above
    ['errors < 1%', 100, 100, 'inconclusive'], // none of 100 may be up to 3.7 %
    ['errors < 1%', 1000, 100, 'pass'],
    ['p95 < 90ms', 1000, 100, 'fail'],
  ])('judges %s by the interval of %d samples', (text, count, ms, result) => {
    const [threshold] = judged([text], requests(count, ms), true).thresholds
    expect(threshold?.result, threshold?.reason).toBe(result)
  })
})

describe('a run', () => {
  const good = requests(1000, 100)
  const slow = requests(1000, 3000)
  const text = 'p95 < 2s'

  it('passes when all of its thresholds hold', () => {
    const verdict = judged([text, 'errors < 1%'], good)
    expect(verdict).toMatchObject({ result: 'pass', reasons: [] })
  })

  it('fails with the worst breach in its headline', () => {
    const verdict = judged(['avg < 200ms', text, 'errors < 1%'], requests(1000, 6420))
    expect(headline({ verdict })).toBe('FAIL: avg 6.42 s, limit 200 ms, 32 times the limit; 1 more threshold fails')
    expect(verdict.reasons).toHaveLength(2)
    expect(headline({ verdict: judged([text], requests(1000, 6420)) })).toBe(
      'FAIL: p95 6.42 s, limit 2 s, 3.2 times the limit',
    )
  })

  it.each([
    [
      'a lost shard',
      { generators: [health()], lost: [[0, 1, 'out of memory']] },
      /1 of 2 generators lost, 50 % of the load: out of memory/,
    ],
    [
      'a generator that lost its lease',
      { generators: [health(), health({ shard: 1, state: 'lease lost', stoppedAtMs: 12_000 })] },
      /generator 2 of 2 stopped after 12 s: lease lost/,
    ],
    [
      'a saturated generator',
      { generators: [health({ cpuShare: 0.97, lateMs: 40 }), health({ shard: 1 })] },
      /could not keep up: p99 40 ms late with 97 % of a core/,
    ],
    [
      'exhausted descriptors',
      { generators: [health({ faults: [{ kind: 'EMFILE', count: 3 }] }), health({ shard: 1 })] },
      /file descriptors: EMFILE, 3 times/,
    ],
    ['no generator at all', { generators: [] }, /no generator left a result/],
  ] as const)('with %s is inconclusive', (_, sketch, reason) => {
    const plan = samplePlan({ thresholds: [text], shardCount: 2 })
    const lost = ('lost' in sketch ? sketch.lost : []).map(([leg, shard, cause]) => lostShard(plan, leg, shard, cause))
    const verdict = judge(plan, summaryOf(plan, good, { generators: [...sketch.generators], lost }))
    expect(verdict.result).toBe('inconclusive')
    expect(headline({ verdict })).toMatch(reason)
  })

  it('that a busy generator kept up with can be judged', () => {
    const plan = samplePlan({ thresholds: [text] })
    const summary = summaryOf(plan, good, { generators: [health({ cpuShare: 0.99, lateMs: 2 })] })
    expect(judge(plan, summary).result).toBe('pass')
  })

  it('whose generator was the limit does not fail for its latencies, but for its errors', () => {
    const plan = samplePlan({ thresholds: [text] })
    const limited = { generators: [health({ cpuShare: 0.99, lateMs: 2000 })] }
    expect(judge(plan, summaryOf(plan, slow, limited)).result).toBe('inconclusive')
    const errors = samplePlan({ thresholds: ['errors < 1%'] })
    expect(judge(errors, summaryOf(errors, requests(1000, 3000, failed), limited)).result).toBe('fail')
  })

  it.each([
    [9, 'pass'],
    [11, 'inconclusive'],
  ])('with %d of 1,000 planned iterations missed: %s', (missed, result) => {
    const plan = openPlan(1000, [text])
    const summary = summaryOf(plan, measurements => {
      requests(1000 - missed, 100)(measurements)
      measurements.missed(1, 30_000_000, 'maxUsers', missed)
    })
    expect(judge(plan, summary).result).toBe(result)
  })

  it.each([
    ['above a hundredth of all requests were', 11, 5000, 'inconclusive'],
    ['only a hundredth was', 10, 5000, 'pass'],
    ['they had not waited for long', 200, 90, 'pass'],
  ] as const)('whose end cut off requests: %s', (_, cutOff, waitedMs, result) => {
    const verdict = judged([text], measurements => {
      requests(990, 100)(measurements)
      requests(cutOff, waitedMs, { outcome: 'interrupted' })(measurements)
    })
    expect(verdict.result).toBe(result)
    if (result === 'pass') return
    expect(verdict.reasons).toEqual([
      '1.1 % of 1,001 requests had no answer when the load ended, after longer than 99 % of the others took: give them a longer drain, or a shorter timeout',
    ])
    const plan = samplePlan({ thresholds: [text] })
    const stopped = { atMs: 60_000, cause: 'user' } as const
    expect(
      judge(plan, summaryOf(plan, requests(cutOff, waitedMs, { outcome: 'interrupted' })), { stopped }).reasons,
    ).not.toContain(verdict.reasons[0])
  })

  it('stopped from outside is inconclusive, whatever it saw', () => {
    const plan = samplePlan({ thresholds: [text] })
    for (const record of [good, slow]) {
      const verdict = judge(plan, summaryOf(plan, record, { generators: [health({ stoppedAtMs: 12_000 })] }), {
        stopped: { atMs: 12_000, cause: 'user' },
      })
      expect(headline({ verdict })).toBe('INCONCLUSIVE: stopped after 12 s')
      expect(verdict.thresholds[0]?.result).not.toBe('pass')
    }
  })

  it.each([
    ['is inconclusive where nothing failed', good, 'inconclusive', 0],
    ['fails where a fail stands whatever the rest of the load had shown', slow, 'fail', 1],
  ] as const)('stopped by its budget %s, and says what it cost', (_, record, result, place) => {
    const plan = samplePlan({ thresholds: [text] })
    const generators = [health({ state: 'aborted', stoppedAtMs: 60_000 })]
    const cost = 'about 0.51 USD so far'
    const stopped = { atMs: 60_000, cause: 'budget', cost } as const
    const verdict = judge(plan, summaryOf(plan, record, { generators }), { stopped })
    expect(verdict.result).toBe(result)
    expect(verdict.reasons[place]).toMatch(/^stopped after .* by its budget: about 0.51 USD so far$/)
    expect(verdict.thresholds[0]?.reason).toMatch(
      result === 'fail' ? /^p95/ : /until the run was stopped .* by its budget$/,
    )
  })

  it('stopped by its budget is inconclusive where the rest of the load could have kept the limit', () => {
    const plan = openPlan(10_000, [text])
    const generators = [health({ state: 'aborted', stoppedAtMs: 13_000 })]
    const stopped = { atMs: 13_000, cause: 'budget', cost: 'about 0.51 USD so far' } as const
    const record: Record = measurements => {
      measurements.started(1, 0, 11_000_000)
      for (let i = 0; i < 100; i++) measurements.request(sample({ intendedUs: 11_000_000, endUs: 14_000_000 }))
    }
    const verdict = judge(plan, summaryOf(plan, record, { generators }), { stopped })
    expect(verdict.result).toBe('inconclusive')
    expect(verdict.thresholds[0]?.reason).toMatch(/could have kept it/)
  })

  it('stopped by an abort threshold fails, and what held until then is not a pass', () => {
    const plan = samplePlan({ thresholds: ['p95 < 2s or abort', 'errors < 1%'] })
    const aborted = plan.scenario.thresholds[0]?.text ?? ''
    const summary = summaryOf(plan, slow, { generators: [health({ state: 'aborted', stoppedAtMs: 30_000 })] })
    const verdict = judge(plan, summary, { stopped: { atMs: 30_000, cause: 'threshold', threshold: aborted } })
    expect(verdict.result).toBe('fail')
    expect(verdict.thresholds.map(threshold => threshold.result)).toEqual(['fail', 'inconclusive'])
    expect(headline({ verdict })).toMatch(/^FAIL: p95 3.00 s, limit 2 s, 50 % above/)
  })
})

function openPlan(arrivals: number, thresholds: readonly string[]) {
  return samplePlan({
    thresholds,
    phases: [
      { name: 'warm', durationMs: 10_000, warmup: true, judged: false, kind: 'open', arrivals: 0 },
      { name: 'steady', durationMs: 60_000, kind: 'open', arrivals },
    ],
  })
}

describe('a fail stands only if no missing request could undo it', () => {
  it.each([
    [60, 400, 'p95 < 2s', 'fail'], // 60 slow of 460 planned
    [60, 1600, 'p95 < 2s', 'inconclusive'], // 60 slow of 1,660 planned: p95 would be fast
    [60, 1600, 'max < 2s', 'fail'], // a maximum cannot be undone
    [60, 1600, 'min < 2s', 'inconclusive'],
    [60, 100, 'avg < 1s', 'fail'],
    [60, 1600, 'avg < 1s', 'inconclusive'],
    [60, 100, 'requests > 100', 'inconclusive'],
    [60, 10, 'requests > 100', 'fail'],
  ])('%d requests of 3 s, %d missing: %s', (slow, missing, text, result) => {
    const plan = openPlan(slow + missing, [text])
    const verdict = judge(
      plan,
      summaryOf(plan, measurements => {
        requests(slow, 3000)(measurements)
        measurements.missed(1, 30_000_000, 'late', missing)
      }),
    )
    expect(verdict.thresholds[0]?.result, verdict.thresholds[0]?.reason).toBe(result)
    expect(verdict.result).toBe(result)
  })

  const texts = [
    'p95 < 500ms',
    'p50 < 500ms',
    'avg < 400ms',
    'max < 900ms',
    'errors < 10%',
    'errors < 5',
    'status 5xx < 10%',
    'throughput > 2/s',
    'success p90 < 600ms',
  ]
  const latencies = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 20, maxLength: 80 })
  const record =
    (lengths: readonly number[], failures: number): Record =>
    measurements => {
      for (const [i, ms] of lengths.entries()) requests(1, ms, i < failures ? failed : {})(measurements)
    }

  test.prop([latencies, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 200 }), fc.constantFrom(...texts)])(
    'so that sending them as fast successes never turns it into a pass, and only then',
    (lengths, failures, missing, text) => {
      const plan = openPlan(lengths.length + missing, [text])
      const seen = judge(
        plan,
        summaryOf(plan, measurements => {
          record(lengths, failures)(measurements)
          if (missing > 0) measurements.missed(1, 30_000_000, 'late', missing)
        }),
      ).thresholds[0]
      const whole = judge(
        plan,
        summaryOf(plan, measurements => {
          record(lengths, failures)(measurements)
          requests(missing, 0.001)(measurements)
        }),
      ).thresholds[0]
      if (seen?.result === 'fail') expect(whole?.result, `${seen.reason} / ${whole?.reason}`).not.toBe('pass')
      if (seen?.result === 'inconclusive' && seen.actual !== undefined) expect(whole?.result).toBe('pass')
    },
  )
})
