import type { GeneratorHealth } from '../../lib/measure/generator-health.ts'
import { Histogram } from '../../lib/measure/histogram.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import type { RequestSample } from '../../lib/measure/request-sample.ts'
import type { LostShard, Summary } from '../../lib/measure/summary.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { sample } from '../measure/sample-plan.ts'

export function health(change: Partial<GeneratorHealth> & { readonly lateMs?: number } = {}): GeneratorHealth {
  const { lateMs = 0.1, ...rest } = change
  const lateness = new Histogram()
  for (let i = 0; i < 100; i++) lateness.record(lateMs * 1000)
  return {
    leg: 0,
    shard: 0,
    state: 'finished',
    connectionsMax: 10,
    lateness,
    dispatcher: 'test',
    startedAtMs: 0,
    ...rest,
  }
}

type RunSketch = {
  readonly generators?: readonly GeneratorHealth[]
  readonly lost?: readonly LostShard[]
}

/** A summary of what `record` writes down. */
export function summaryOf(plan: Plan, record: (measurements: Measurements) => void, sketch: RunSketch = {}): Summary {
  const measurements = new Measurements(plan)
  record(measurements)
  return {
    schema: 'squall.summary.v2',
    runId: plan.runId,
    measurements,
    generators: sketch.generators ?? [health()],
    lost: sketch.lost ?? [],
  }
}

/** So many requests of one length, spread evenly over the 60 s of the judged phase, each started by an iteration. */
export function requests(count: number, ms: number, change: Partial<RequestSample> = {}) {
  return (measurements: Measurements) => {
    for (let i = 0; i < count; i++) {
      const intendedUs = 10_000_000 + Math.floor((i * 59_000_000) / count)
      measurements.started(1, 0, intendedUs)
      measurements.request(sample({ intendedUs, endUs: intendedUs + ms * 1000, ...change }))
    }
  }
}

export const failed: Partial<RequestSample> = {
  outcome: 'failure',
  status: 503,
  errorKind: 'status 503',
  errorSample: 'unavailable',
}
