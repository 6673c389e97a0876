import type { Threshold, ThresholdScope } from '../scenario/threshold.ts'
import { linearRate } from './arrivals.ts'
import { cumulative } from './cumulative-rate.ts'
import {
  cycleMs,
  FASTEST_ANSWER_MS,
  type FlowWork,
  iterationBounds,
  requestBounds,
  requestsEach,
} from './expected-work.ts'
import { loadPhase } from './phase-lookup.ts'
import type { Plan } from './plan.ts'

/** Samples that a threshold's percentile takes: p99 is not observed in fewer than 100. 1 for other subjects. */
export function samplesNeeded(threshold: Threshold): number {
  const { subject } = threshold
  if (subject.kind !== 'latency' || subject.statistic.kind !== 'percentile') return 1
  const { percentile } = subject.statistic
  return percentile >= 100 ? 1 : Math.ceil(100 / (100 - percentile) - 1e-6)
}

/** Whether a piece of work counts for a scope: judged, and in the phase that is asked for. */
export function inScope(work: FlowWork, scope: ThresholdScope): boolean {
  if (!work.phase.judged) return false
  if (scope.kind === 'phase') return work.phase.name === scope.name
  if (scope.kind === 'flow') return scope.name === work.flow.name || scope.name.startsWith(`${work.flow.name} / `)
  return true
}

/** Most samples of a threshold's scope that a piece of work can give: iterations of a flow, requests elsewhere. */
export function mostSamples(work: FlowWork, scope: ThresholdScope): number {
  if (!inScope(work, scope)) return 0
  if (scope.kind === 'flow') return iterationBounds(work).max
  return requestBounds(work, scope.kind === 'request' ? scope.name : undefined).max
}

export type PoorWindow = { readonly fromMs: number; readonly toMs: number; readonly samples: number }

/** Whether a windowed threshold has a whole window inside judged phases. */
export function hasWindow(plan: Plan, threshold: Threshold): boolean {
  return !judgedWindows(plan, threshold).next().done
}

/** The whole windows inside judged phases. They follow each other from `after` on, the load's start by default. */
function* judgedWindows(plan: Plan, { everyMs, afterMs = 0 }: Threshold): Generator<number> {
  if (everyMs === undefined || everyMs <= 0) return
  for (let fromMs = afterMs; fromMs + everyMs <= plan.loadMs; fromMs += everyMs)
    if (isJudged(plan, fromMs, fromMs + everyMs)) yield fromMs
}

/** The whole window of a windowed threshold, inside judged phases, that can hold the fewest samples. */
export function poorestWindow(plan: Plan, works: readonly FlowWork[], threshold: Threshold): PoorWindow | undefined {
  const counted = works.filter(work => inScope(work, threshold.scope))
  let poorest: PoorWindow | undefined
  for (const fromMs of judgedWindows(plan, threshold)) {
    const toMs = fromMs + (threshold.everyMs ?? 0)
    let samples = 0
    for (const work of counted) samples += samplesWithin(plan, work, works, threshold.scope, fromMs, toMs)
    if (poorest === undefined || samples < poorest.samples) poorest = { fromMs, toMs, samples }
  }
  return poorest
}

/** Whether judged phases, one or several on end, take up the whole time. */
function isJudged(plan: Plan, fromMs: number, toMs: number): boolean {
  let reachedMs = fromMs
  for (const { judged, startMs, durationMs } of plan.phases.toSorted((a, b) => a.startMs - b.startMs))
    if (judged && startMs <= reachedMs) reachedMs = Math.max(reachedMs, startMs + durationMs)
  return reachedMs >= toMs
}

/** Most samples of a piece of work between two instants: its rate's integral, or its users' least cycles. */
function samplesWithin(
  plan: Plan,
  work: FlowWork,
  works: readonly FlowWork[],
  scope: ThresholdScope,
  fromMs: number,
  toMs: number,
): number {
  const from = Math.max(0, fromMs - work.phase.startMs)
  const to = Math.min(work.phase.durationMs, toMs - work.phase.startMs)
  if (to <= from) return 0
  const each = scope.kind === 'flow' ? 1 : requestsEach(work, scope.kind === 'request' ? scope.name : undefined).max
  if (each === 0) return 0
  const phase = loadPhase(plan, work.phase)
  if (phase.kind === 'open') {
    const rate = linearRate(phase)
    const share = (work.iterations ?? 0) / Math.max(1, iterationsOf(works, work.phase.index))
    return (cumulative(rate, to / 1000) - cumulative(rate, from / 1000)) * share * each
  }
  if (phase.kind === 'closed') {
    return (work.users ?? 0) * each * ((to - from) / cycleMs(work.flow, FASTEST_ANSWER_MS) + 1)
  }
  return (work.iterations ?? 0) * each
}

function iterationsOf(works: readonly FlowWork[], phase: number): number {
  return works.reduce((sum, work) => sum + (work.phase.index === phase ? (work.iterations ?? 0) : 0), 0)
}
