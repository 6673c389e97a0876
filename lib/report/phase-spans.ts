import type { Summary } from '../measure/summary.ts'
import type { Plan, PlannedPhase } from '../plan/plan.ts'
import type { TimeSpan } from './time-spans.ts'

/** When the last generator was cut short, ms from the start of the load; Infinity where none was. */
export function stoppedAtMs(summary: Pick<Summary, 'generators'>): number {
  if (summary.generators.length === 0) return Number.POSITIVE_INFINITY
  return Math.max(...summary.generators.map(one => one.stoppedAtMs ?? Number.POSITIVE_INFINITY))
}

/**
 * The time that a phase really took: up to the instant at which the load was stopped, and for a fixed number of
 * iterations up to the last one's end, since `within` is only a bound.
 */
export function phaseSpan(summary: Pick<Summary, 'generators' | 'measurements'>, phase: PlannedPhase): TimeSpan {
  const fromMs = phase.startMs
  const plannedEndMs = fromMs + phase.durationMs
  const lastEndUs = summary.measurements.lastEndUs(phase.index)
  const workedEndMs = phase.kind === 'iterations' ? Math.max(fromMs, lastEndUs / 1000) : plannedEndMs
  return { fromMs, toMs: Math.max(fromMs, Math.min(plannedEndMs, workedEndMs, stoppedAtMs(summary))) }
}

/** From the start of the load to the last thing that happened in it, drain included. */
export function loadLengthMs(plan: Plan, summary: Pick<Summary, 'generators' | 'measurements'>): number {
  const ends = plan.phases.flatMap(phase => [
    phase.kind === 'drain' ? 0 : phaseSpan(summary, phase).toMs,
    summary.measurements.lastEndUs(phase.index) / 1000,
  ])
  return Math.max(0, ...ends)
}
