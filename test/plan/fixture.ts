import { makePlan, type PlanInput } from '../../lib/plan/make-plan.ts'
import type { Plan, PlannedPhase } from '../../lib/plan/plan.ts'
import type { DataSet } from '../../lib/scenario/data-set.ts'
import type { ClosedPhase, IterationsPhase, LoadPhase, OpenPhase, PausePhase } from '../../lib/scenario/load-phase.ts'
import type { Flow, Scenario, Track } from '../../lib/scenario/scenario.ts'
import type { RequestStep, Step } from '../../lib/scenario/step.ts'
import type { Template } from '../../lib/scenario/template.ts'

export function open(
  fromPerSecond: number,
  toPerSecond: number,
  durationMs: number,
  more: Partial<OpenPhase> = {},
): OpenPhase {
  const rate = fromPerSecond === toPerSecond ? `${fromPerSecond}/s` : `${fromPerSecond}/s -> ${toPerSecond}/s`
  const text = `rate ${rate} for ${durationMs / 1000}s`
  const fixed = { name: '1', text, warmup: false, arrivals: 'even', connections: 'reuse' } as const
  return { kind: 'open', ...fixed, fromPerSecond, toPerSecond, durationMs, ...more }
}

export function closed(
  fromUsers: number,
  toUsers: number,
  rampMs: number,
  durationMs: number,
  more: Partial<ClosedPhase> = {},
): ClosedPhase {
  const text = `users ${fromUsers} -> ${toUsers} for ${durationMs / 1000}s`
  return { kind: 'closed', name: '1', text, warmup: false, fromUsers, toUsers, rampMs, durationMs, ...more }
}

export function pause(durationMs: number): PausePhase {
  return { kind: 'pause', name: 'pause', text: `pause for ${durationMs / 1000}s`, warmup: false, durationMs }
}

export function iterations(count: number, users: number, each = false, withinMs = 60_000): IterationsPhase {
  const text = each ? `${count} iterations each of ${users} users` : `${count} iterations by ${users} users`
  return { kind: 'iterations', name: 'n', text, warmup: false, iterations: count, each, users, withinMs }
}

export function template(text: string, roots: readonly string[] = []): Template {
  return { text, parts: [text, ...roots.map(root => ({ expression: `${root}.x`, roots: [root] }))] }
}

export function get(path: string, roots: readonly string[] = [], more: Partial<RequestStep> = {}): RequestStep {
  return {
    kind: 'request',
    name: `GET ${path}`,
    method: 'GET',
    url: template(path, roots),
    query: [],
    headers: [],
    timeoutMs: 30_000,
    redirects: 10,
    checks: [],
    saves: [],
    ...more,
  }
}

export function think(ms: number): Step {
  return { kind: 'think', delay: { kind: 'fixed', ms } }
}

export function flow(name: string, steps: readonly Step[], weight = 1): Flow {
  return { name, weight, start: [], steps }
}

export function track(
  phases: readonly LoadPhase[],
  weights: Readonly<Record<string, number>>,
  more: Partial<Track> = {},
): Track {
  const flows = Object.entries(weights).map(([name, weight]) => ({ flow: name, weight }))
  return { name: 'main', flows, mix: 'user', phases, ...more }
}

export function dataSet(name: string, rowCount: number, more: Partial<DataSet> = {}): DataSet {
  return { name, columns: ['x'], rowCount, take: 'once', per: 'iteration', ...more }
}

export function scenario(more: Partial<Scenario>): Scenario {
  return {
    schema: 'squall.scenario.v1',
    name: 'test',
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
    tracks: [],
    drainMs: 30_000,
    data: [],
    flows: [flow('main', [get('/')])],
    before: [],
    after: [],
    thresholds: [],
    strict: false,
    ...more,
  }
}

export function plan(of: Partial<Scenario>, more: Partial<PlanInput> = {}): Plan {
  const fixed = { runId: 'r1', scenarioHash: 'h', seed: 7, shardCount: 1, nowMs: 1_700_000_000_000, local: true }
  return makePlan({ scenario: scenario(of), ...fixed, ...more })
}

/** A plan of one track with one flow. */
export function loadPlan(phases: readonly LoadPhase[], more: Partial<PlanInput> = {}): Plan {
  return plan({ tracks: [track(phases, { main: 1 })] }, more)
}

export function phaseAt(of: Plan, index: number): PlannedPhase {
  const phase = of.phases[index]
  if (phase === undefined) throw new RangeError(`no phase ${index}`)
  return phase
}

export function when(then: readonly Step[], otherwise: readonly Step[]): Step {
  return { kind: 'when', condition: { expression: 'true', roots: [] }, then, else: otherwise }
}
