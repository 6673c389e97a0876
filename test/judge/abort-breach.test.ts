import { describe, expect, it } from 'vitest'
import { abortBreach } from '../../lib/judge/abort-breach.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import { encodeSnapshot, mergeSnapshots } from '../../lib/measure/snapshot.ts'
import { sample, samplePlan } from '../measure/sample-plan.ts'
import { failed } from './run-sketch.ts'

type Sending = { readonly count: number; readonly ms: number; readonly failures?: number; readonly shards?: number }

/** The threshold that is breached at 40 s by requests spread over the time from 10 s to 39 s. */
function breachAt40s(text: string, { count, ms, failures = 0, shards = 2 }: Sending): string | undefined {
  const plan = samplePlan({ thresholds: [text], shardCount: shards })
  const parts = Array.from({ length: shards }, () => new Measurements(plan))
  for (let i = 0; i < count; i++) {
    const intendedUs = 10_000_000 + Math.floor((i * 29_000_000) / count)
    const change = i < failures ? failed : {}
    parts[i % shards]?.request(sample({ intendedUs, endUs: intendedUs + ms * 1000, ...change }))
  }
  const snapshots = parts.map((part, shard) => encodeSnapshot(part, plan, 40_000_000, 5, shard))
  return abortBreach(plan, mergeSnapshots(snapshots, plan))?.text
}

describe('an abort threshold', () => {
  it.each<[string, Sending, boolean]>([
    ['p95 < 1s or abort', { count: 500, ms: 1500 }, true],
    ['p95 < 1s or abort', { count: 500, ms: 900 }, false],
    ['p99 < 1s or abort', { count: 50, ms: 1500 }, false], // p99 of 50 samples is not observed
    ['p99 < 1s every 10s or abort', { count: 3000, ms: 1500 }, true],
    ['p99 < 1s every 10s after 30s or abort', { count: 3000, ms: 1500 }, false], // 30 s to 40 s may still grow
    ['errors < 10% or abort', { count: 500, ms: 10, failures: 200 }, true],
    ['errors < 10% or abort', { count: 9, ms: 10, failures: 1 }, false], // one of nine is chance
    ['status 503 = 0 or abort', { count: 9, ms: 10, failures: 1 }, true],
    ['max < 1s or abort', { count: 1, ms: 1500 }, true],
    ['avg < 1s or abort', { count: 100, ms: 1500 }, true],
    ['min > 1s or abort', { count: 100, ms: 10 }, true],
    ['throughput > 100/s or abort', { count: 100, ms: 10 }, true],
    ['requests > 1000 or abort', { count: 100, ms: 10 }, false], // it has yet to grow
    ['p95 < 1s', { count: 500, ms: 1500 }, false], // not an abort threshold
  ])('%s with %o: %s', (text, sending, breached) => {
    const expected = breached ? text : undefined
    expect(breachAt40s(text, sending)).toBe(expected)
    expect(breachAt40s(text, { ...sending, shards: 1 })).toBe(expected)
  })
})
