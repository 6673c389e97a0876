import type { Summary } from '../measure/summary.ts'
import type { Plan, PlannedPhase } from '../plan/plan.ts'
import type { Threshold } from '../scenario/threshold.ts'

/** A stretch of the load, ms from its start. */
export type Span = { readonly fromMs: number; readonly toMs: number }

/** When the last generator was cut short; Infinity unless all of the last leg that was begun were. */
export function stoppedAtMs({ generators }: Summary): number {
  const lastLeg = Math.max(...generators.map(({ leg }) => leg))
  const last = generators.filter(({ leg }) => leg === lastLeg)
  if (last.length === 0) return Number.POSITIVE_INFINITY
  return Math.max(...last.map(generator => generator.stoppedAtMs ?? Number.POSITIVE_INFINITY))
}

/** When the last iteration of all generators was over or cut off; undefined where only older ones are known. */
export function endedAtMs({ generators }: Summary): number | undefined {
  const ends = generators.map(generator => generator.endedAtMs).filter(ended => ended !== undefined)
  return ends.length === 0 ? undefined : Math.max(...ends)
}

/**
 * The time that a phase really took: to the instant at which the load was stopped, for a fixed number of iterations to the
 * last one's end, since `within` is only a bound, and for the drain until nothing was under way. Of a phase that was still
 * to come, nothing, at that instant.
 */
export function phaseSpan(summary: Summary, phase: PlannedPhase): Span {
  const endedMs = phase.kind === 'drain' ? endedAtMs(summary) : undefined
  if (endedMs !== undefined) return { fromMs: phase.startMs, toMs: Math.max(phase.startMs, endedMs) }
  const stoppedMs = stoppedAtMs(summary)
  const fromMs = Math.min(phase.startMs, stoppedMs)
  let toMs = Math.min(phase.startMs + phase.durationMs, stoppedMs)
  if (phase.kind === 'iterations') toMs = Math.min(toMs, summary.measurements.lastEndUs(phase.index) / 1000)
  return { fromMs, toMs: Math.max(fromMs, toMs) }
}

/** The phases of a threshold's scope: its own tracks' judged ones, or the one it names. */
export function scopePhases(plan: Plan, summary: Summary, threshold: Threshold): readonly PlannedPhase[] {
  const { scope } = threshold
  if (scope.kind === 'phase') return plan.phases.filter(phase => phase.name === scope.name)
  const judged = plan.phases.filter(phase => phase.judged)
  if (scope.kind === 'flow') {
    const flow = scope.name.split(' / ')[0]
    return judged.filter(phase => plan.scenario.tracks[phase.track]?.flows.some(entry => entry.flow === flow))
  }
  if (scope.kind === 'all') return judged
  const request = plan.requestNames.indexOf(scope.name)
  const tracks = new Set(
    judged.filter(phase => summary.measurements.figures(phase.index, request) !== undefined).map(phase => phase.track),
  )
  return judged.filter(phase => tracks.has(phase.track))
}

/** The spans joined where they touch or overlap, in order: phases of several tracks that run side by side count once. */
export function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1)
    if (span.toMs <= span.fromMs) continue
    if (last !== undefined && span.fromMs <= last.toMs) {
      result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) }
    } else result.push(span)
  }
  return result
}

/** What is left of the spans from an instant on. */
export function spansFrom(spans: readonly Span[], fromMs: number): readonly Span[] {
  return spans
    .filter(span => span.toMs > fromMs)
    .map(span => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: span.toMs }))
}

export function lengthMs(spans: readonly Span[]): number {
  return joined(spans).reduce((sum, span) => sum + span.toMs - span.fromMs, 0)
}

export function covers(spans: readonly Span[], window: Span): boolean {
  return joined(spans).some(span => span.fromMs <= window.fromMs && window.toMs <= span.toMs)
}

/** Length of what two spans share. */
export function overlapMs(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs))
}
