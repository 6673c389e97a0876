import { describe, expect, it } from 'vitest'
import { Measurements } from '../../lib/measure/measurements.ts'
import { encodeSnapshot, mergeSnapshots } from '../../lib/measure/snapshot.ts'
import { sample, samplePlan } from './sample-plan.ts'

const plan = samplePlan({ shardCount: 2 })

describe('live figures', () => {
  it('add up over the shards', () => {
    const parts = [0, 1].map(shard => {
      const measurements = new Measurements(plan)
      for (let i = 0; i < 1000; i++) {
        const endUs = 20_000_000 + i * 10_000
        const failure = { outcome: 'failure' as const, status: 503, errorKind: 'status 503' }
        measurements.started(1, 0)
        measurements.request(sample({ intendedUs: endUs - 100_000 * (shard + 1), endUs, ...(i < 10 ? failure : {}) }))
      }
      measurements.missed(1, 20_000_000, 'late', 3)
      measurements.request(sample({ outcome: 'interrupted' }))
      return encodeSnapshot(measurements, plan, 30_500_000, 7, shard)
    })
    const live = mergeSnapshots(parts, plan)
    const { bytesSent, bytesReceived } = sample({})
    expect(live).toMatchObject({
      bytesSent: 2000 * bytesSent,
      bytesReceived: 2000 * bytesReceived,
      atMs: 30_500,
      shards: 2,
      users: 14,
      requests: 2000,
      failures: 20,
      ratePerSecond: 200,
      started: 2000,
      missed: 6,
      interrupted: 2,
      errors: [['status 503', 20]],
    })
    expect(live.p50Ms).toBeGreaterThanOrEqual(100)
    expect(live.p50Ms).toBeLessThan(106.3)
    expect(live.p99Ms).toBe(200)
  })

  it('stay within 16 KB with every kind of error, latency and abort threshold', () => {
    const thresholds = Array.from({ length: 60 }, (_, i) => `p99 < ${i + 1}s every 1s or abort`)
    const full = samplePlan({ thresholds })
    const measurements = new Measurements(full)
    for (let i = 0; i < 5000; i++) {
      const intendedUs = 10_000_000 + i * 10_000
      const errorKind = `check: ${'long '.repeat(50)}${i % 99}`
      const endUs = intendedUs + 1.0045 ** i
      measurements.request(sample({ intendedUs, endUs, outcome: 'failure', errorKind, errorSample: 'x'.repeat(300) }))
    }
    expect(encodeSnapshot(measurements, full, 60_000_000, 1000, 0).length).toBeLessThan(16_384)
  })

  it('are empty before the first snapshot, and refuse what is none', () => {
    expect(mergeSnapshots([], plan)).toMatchObject({ atMs: 0, shards: 0, requests: 0 })
    expect(mergeSnapshots([], plan)).not.toHaveProperty('p50Ms')
    expect(() => mergeSnapshots([new TextEncoder().encode('{"schema":"x"}')], plan)).toThrow(/squall\.snapshot\.v2/)
  })
})
