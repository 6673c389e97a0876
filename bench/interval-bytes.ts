import { Measurements } from '../lib/measure/measurements.ts'
import { sample, samplePlan } from '../test/measure/sample-plan.ts'
import { heldBytes } from './held-memory.ts'

const INTERVALS = 240

/**
 * Bytes that one interval of the plots takes while it is kept, with what the generator knew of itself in it: measured
 * here, by filling so many of them. A plan has 720 at most.
 */
export function intervalBytes(names: number): number {
  const requestNames = Array.from({ length: names }, (_, i) => `GET /${i}`)
  const plan = samplePlan({ requestNames, phases: [{ durationMs: 3_600_000 }] })
  const measurements = new Measurements(plan)
  // What is made once, histograms and code, is made before.
  fill(measurements, names, 0, 20)
  const before = heldBytes()
  fill(measurements, names, 20, 20 + INTERVALS)
  const bytes = (heldBytes() - before) / INTERVALS
  if (measurements.intervals.list.length !== 20 + INTERVALS) throw new Error('the intervals are not those meant')
  return bytes
}

function fill(measurements: Measurements, names: number, from: number, to: number): void {
  const one = sample({ phase: 0 })
  const { intervalUs } = measurements.intervals
  for (let index = from; index < to; index++) {
    const atUs = index * intervalUs
    for (let i = 0; i < 200; i++) {
      one.request = i % names
      one.intendedUs = atUs + i
      one.sentUs = one.intendedUs + 5
      one.endUs = one.intendedUs + 300 + 50 * i
      measurements.request(one)
    }
    measurements.users(atUs, 3)
    measurements.health.sample(atUs, {
      cpuShare: 0.1,
      waitShare: 0.01,
      loopLagMaxUs: 1234,
      gcUs: 333,
      gcMaxUs: 100,
      connections: 5,
      descriptors: 30,
      portsWaiting: 3,
      lateStarts: 0,
    })
  }
}
