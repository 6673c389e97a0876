import { expect, it } from 'vitest'
import { Measurements } from '../../lib/measure/measurements.ts'
import { heldBytes } from './held-bytes.ts'
import { sample, samplePlan } from './sample-plan.ts'

const HOUR_US = 3_600_000_000

/** Requests in the order in which they end, of every length from 1 ms to 8 s. */
function record(measurements: Measurements, requests: number, fromUs: number, lengthUs: number): void {
  const one = sample({ phase: 0 })
  for (let i = 0; i < requests; i++) {
    one.request = i % 3
    one.endUs = fromUs + (i * lengthUs) / requests
    one.intendedUs = one.endUs - 1000 * 2 ** (((i * 7919) % 13_000) / 1000)
    one.sentUs = one.intendedUs + (i % 90)
    one.firstByteUs = one.endUs - one.sentUs - 20
    one.errorKind = i % 100 === 0 ? 'status 503' : ''
    one.outcome = i % 100 === 0 ? 'failure' : 'success'
    measurements.request(one)
    measurements.check(0, one.request, 'status is 200', i % 100 !== 0)
    measurements.started(0, i % 300)
    measurements.iteration(0, 0, one.intendedUs, one.endUs, false)
  }
}

it('ten million requests are held in the space of the first million', () => {
  const plan = samplePlan({ phases: [{ durationMs: 3_600_000 }], intervalMs: 5000 })
  const measurements = new Measurements(plan)
  record(measurements, 1_000_000, 0, HOUR_US)
  const after1 = heldBytes()
  for (let million = 2; million <= 10; million++) record(measurements, 1_000_000, 0, HOUR_US)
  const after10 = heldBytes()
  expect(measurements.figures(0, 0)?.count).toBe(3_333_340)
  expect(after10 - after1).toBeLessThan(100_000)
}, 60_000)

it('a window of an hour ago is held in a few KB', () => {
  const phases = [{ durationMs: 10 * 3_600_000 }]
  const plan = samplePlan({
    phases,
    intervalMs: 60_000,
    thresholds: ['p99 < 10s every 10s', 'service p95 < 9s every 5s'],
  })
  const measurements = new Measurements(plan)
  record(measurements, 10_000, 0, HOUR_US / 36)
  const before = heldBytes()
  for (let part = 1; part < 10; part++) record(measurements, 500_000, (part * HOUR_US) / 2, HOUR_US / 2)
  const windows = measurements.windows.reduce(
    (sum, one) => sum + one.list.filter(window => window !== undefined).length,
    0,
  )
  expect(windows).toBeGreaterThan(4000)
  expect(measurements.windows[0]?.list[1000]?.times?.count).toBeGreaterThan(1000)
  expect((heldBytes() - before) / windows).toBeLessThan(4000)
}, 60_000)
