import { Histogram } from '../lib/measure/histogram.ts'
import { Measurements } from '../lib/measure/measurements.ts'
import type { RequestSample } from '../lib/measure/request-sample.ts'
import type { ShardResult } from '../lib/measure/shard-result.ts'
import { arrivalCursor } from '../lib/plan/arrivals.ts'
import { generatorMs } from '../lib/plan/generator-time.ts'
import { arrivalLegSpan, userLegSpan } from '../lib/plan/legs.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { userSpans } from '../lib/plan/users.ts'
import { THINK_SECONDS, USERS_EACH } from './simulation-load.ts'

const pages = 10
const visit = 0
const health = 1
const healthRequest = 10

/** What a generator would have measured, had its target answered by a lognormal distribution with 0.5 % of failures. */
export function simulatedShard(plan: Plan, leg: number, shard: number): ShardResult {
  const measurements = new Measurements(plan)
  const random = lcg(shard * 1_000 + leg + 1)
  const sample = emptySample()
  const lateness = new Histogram()
  const answer = (request: number, phase: number, atUs: number): number => {
    const firstByteUs = latencyUs(random)
    const failed = random() < 0.005
    sample.phase = phase
    sample.request = request
    sample.intendedUs = atUs
    sample.sentUs = atUs + 40 + random() * 200
    sample.firstByteUs = firstByteUs
    sample.endUs = sample.sentUs + firstByteUs + 200
    sample.status = failed ? 503 : 200
    sample.outcome = failed ? 'failure' : 'success'
    sample.errorKind = failed ? 'status 503' : ''
    measurements.request(sample)
    measurements.started(phase, 40)
    lateness.record(40 + random() * 300)
    return sample.endUs
  }
  users(plan, leg, shard, measurements, answer)
  arrivals(plan, leg, shard, measurements, answer)
  return {
    schema: 'squall.shard-result.v2',
    runId: plan.runId,
    leg,
    shard,
    measurements,
    health: {
      leg,
      shard,
      state: 'finished',
      cpuShare: 0.2,
      cpuMaxShare: 0.5,
      gcShare: 0.01,
      gcMaxMs: 3,
      startSkewMs: random() * 20 - 10,
      startSkewBoundMs: 30,
      connectionsMax: USERS_EACH + 1,
      descriptorsMax: USERS_EACH + 60,
      lateness,
      loopLagMaxMs: 4,
      dispatcher: 'squall over HTTP/1.1, one connection a user',
      startedAtMs: plan.startAtMs ?? 0,
      usage: {
        ranMs: generatorMs(plan, leg),
        controlReads: Math.ceil(generatorMs(plan, leg) / plan.controlEveryMs),
        snapshots: Math.ceil(generatorMs(plan, leg) / plan.snapshotEveryMs),
      },
    },
  }
}

type Answer = (request: number, phase: number, atUs: number) => number

function users(plan: Plan, leg: number, shard: number, into: Measurements, answer: Answer): void {
  let active = 0
  for (const span of userSpans(plan, 0, shard)) {
    const own = userLegSpan(plan, leg, span.user)
    const toUs = Math.min(span.toUs, own.toUs)
    let atUs = Math.max(span.fromUs, own.fromUs)
    if (atUs >= toUs) continue
    into.users(atUs, ++active)
    while (atUs < toUs) {
      const beganUs = atUs
      for (let page = 0; page < pages && atUs < toUs; page++)
        atUs = answer(page, span.phase, atUs) + THINK_SECONDS * 1e6
      into.iteration(visit, span.phase, beganUs, atUs, false)
    }
  }
}

function arrivals(plan: Plan, leg: number, shard: number, into: Measurements, answer: Answer): void {
  const { fromUs, toUs } = arrivalLegSpan(plan, leg, shard)
  for (const phase of plan.phases.filter(each => each.kind === 'open')) {
    for (const cursor = arrivalCursor(plan, phase, shard, fromUs); cursor.atUs < toUs; cursor.advance()) {
      const { atUs } = cursor
      into.iteration(health, phase.index, atUs, answer(healthRequest, phase.index, atUs), false)
    }
  }
}

function emptySample(): RequestSample {
  return {
    phase: 0,
    request: 0,
    intendedUs: 0,
    sentUs: 0,
    endUs: 0,
    connectUs: -1,
    tlsUs: -1,
    firstByteUs: 0,
    status: 200,
    outcome: 'success',
    hasLatency: true,
    errorKind: '',
    errorSample: 'HTTP/1.1 503 Service Unavailable',
    bytesSent: 600,
    bytesReceived: 10_000,
  }
}

/** Lognormal about 120 ms: the sum of twelve uniform numbers less six is nearly normal. */
function latencyUs(random: () => number): number {
  let normal = -6
  for (let i = 0; i < 12; i++) normal += random()
  return 120_000 * Math.exp(0.6 * normal)
}

/** Numerical Recipes' generator: fast, and good enough to spread samples over a histogram. */
function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
