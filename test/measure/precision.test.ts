import { expect, it } from 'vitest'
import { decodeHdrV2, encodeHdrV2 } from '../../lib/measure/hdr-v2.ts'
import { Histogram } from '../../lib/measure/histogram.ts'
import { THREE_DIGITS, TWO_DIGITS } from '../../lib/measure/histogram-geometry.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { decodeShardResult, encodeShardResult } from '../../lib/measure/shard-result.ts'
import { sample, samplePlan } from './sample-plan.ts'

function measured(...thresholds: string[]) {
  const plan = samplePlan({ thresholds })
  const measurements = new Measurements(plan)
  measurements.request(sample({ connectUs: 30_000, tlsUs: 40_000, firstByteUs: 90_001 }))
  const health = { leg: 0, shard: 0, state: 'finished', connectionsMax: 1, dispatcher: 'test', startedAtMs: 0 } as const
  const result = { schema: 'squall.shard-result.v2', runId: plan.runId, leg: 0, shard: 0, measurements } as const
  const bytes = encodeShardResult({ ...result, health: { ...health, lateness: new Histogram() } })
  return [measurements, decodeShardResult(bytes, plan).measurements].map(one => one.figures(1, 0))
}

it.each([
  [[], { service: TWO_DIGITS, connect: TWO_DIGITS, tls: TWO_DIGITS, firstByte: TWO_DIGITS }],
  [
    ['p95 < 1s', 'service p99 < 1s'],
    { service: THREE_DIGITS, connect: TWO_DIGITS, tls: TWO_DIGITS, firstByte: TWO_DIGITS },
  ],
  [['first byte p95 < 1s'], { connect: TWO_DIGITS, tls: TWO_DIGITS, firstByte: THREE_DIGITS }],
  [['GET /a: connect p99 < 1s', 'tls max < 2s every 10s'], { connect: THREE_DIGITS, tls: THREE_DIGITS }],
])('%j: what is judged has three digits, and so have response times', (thresholds, expected) => {
  for (const figures of measured(...thresholds)) {
    for (const [part, geometry] of Object.entries(expected)) {
      expect(figures?.[part as keyof typeof expected]?.geometry, part).toBe(geometry)
    }
    expect(figures?.success?.geometry).toBe(THREE_DIGITS)
    const firstByte = figures?.firstByte ?? new Histogram()
    expect(firstByte.maxUs).toBe(90_001)
    expect(decodeHdrV2(encodeHdrV2(firstByte)).geometry).toBe(firstByte.geometry)
  }
})
