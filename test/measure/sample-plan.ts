import type { RequestSample } from '../../lib/measure/request-sample.ts'
import type { Plan, PlannedPhase } from '../../lib/plan/plan.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { parseThreshold, type Threshold } from '../../lib/scenario/threshold.ts'

/** Thresholds from their texts; a wrong one is a mistake of the test. */
export function thresholds(...texts: string[]): readonly Threshold[] {
  return texts.map(text => {
    const parsed = parseThreshold(text)
    if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`)
    return parsed.value
  })
}

type PhaseSketch = Partial<PlannedPhase> & { readonly durationMs: number }

type PlanSketch = {
  readonly thresholds?: readonly string[]
  readonly phases?: readonly PhaseSketch[]
  readonly shardCount?: number
  readonly strict?: boolean
  readonly requestNames?: readonly string[]
  readonly intervalMs?: number
}

/** One track of closed phases, by default a warm-up of 10 s and 60 s of `steady`, then the drain. */
export function samplePlan(sketch: PlanSketch = {}): Plan {
  const phases: PlannedPhase[] = []
  let startMs = 0
  const sketches = sketch.phases ?? [
    { name: 'warm', durationMs: 10_000, warmup: true, judged: false },
    { name: 'steady', durationMs: 60_000 },
  ]
  for (const phase of sketches) {
    phases.push({
      index: phases.length,
      track: 0,
      phase: phases.length,
      name: `${phases.length + 1}`,
      text: 'users 10',
      kind: 'closed',
      startMs,
      rankOffset: 0,
      maxUsers: 10,
      warmup: false,
      judged: true,
      ...phase,
    })
    startMs += phase.durationMs
  }
  const loadMs = startMs
  phases.push({
    index: phases.length,
    track: -1,
    phase: -1,
    name: 'drain',
    text: 'drain 30s',
    kind: 'drain',
    startMs: loadMs,
    durationMs: 30_000,
    rankOffset: 0,
    maxUsers: 0,
    warmup: false,
    judged: false,
  })
  return {
    schema: 'squall.plan.v1',
    runId: 'r1',
    scenario: sampleScenario(sketch),
    scenarioHash: 'h',
    seed: 1,
    shardCount: sketch.shardCount ?? 1,
    phases,
    loadMs,
    drainMs: 30_000,
    legs: [{ number: 0, fromMs: 0, toMs: loadMs, invokeAt: '2026-01-01T00:00:00.000Z' }],
    changeMs: 60_000,
    requestNames: sketch.requestNames ?? ['GET /a', 'POST /b', 'GET /c'],
    flowNames: ['main', 'main / group'],
    intervalMs: sketch.intervalMs ?? 1000,
    snapshotEveryMs: 2000,
    controlEveryMs: 2000,
    leaseMs: 30_000,
    unreadableMs: 15_000,
    abortGraceMs: 1000,
    uploadMs: 20_000,
    legDrainMs: 60_000,
    beatEveryMs: 2_000,
    watchTurnMs: 300_000,
  }
}

function sampleScenario(sketch: PlanSketch): Scenario {
  return {
    schema: 'squall.scenario.v1',
    name: 'sample',
    target: 'http://127.0.0.1:8080',
    labels: {},
    vars: {},
    env: {},
    secrets: [],
    http: {
      timeoutMs: 30_000,
      connectTimeoutMs: 10_000,
      redirects: 10,
      keepAlive: true,
      version: '1.1',
      connections: 'per-user',
      tls: { insecure: false },
    },
    tracks: [{ name: 'main', flows: [{ flow: 'main', weight: 1 }], mix: 'user', phases: [] }],
    drainMs: 30_000,
    data: [],
    flows: [{ name: 'main', weight: 1, start: [], steps: [] }],
    before: [],
    after: [],
    thresholds: thresholds(...(sketch.thresholds ?? ['errors < 1%'])),
    strict: sketch.strict ?? false,
  }
}

/** A success of 100 ms that was due at 20 s, in the phase with place 1. */
export function sample(change: Partial<RequestSample> = {}): RequestSample {
  const intendedUs = change.intendedUs ?? 20_000_000
  return {
    phase: 1,
    request: 0,
    intendedUs,
    sentUs: intendedUs,
    endUs: intendedUs + 100_000,
    connectUs: -1,
    tlsUs: -1,
    firstByteUs: 90_000,
    status: 200,
    outcome: 'success',
    hasLatency: true,
    errorKind: '',
    errorSample: '',
    bytesSent: 50,
    bytesReceived: 200,
    ...change,
  }
}
