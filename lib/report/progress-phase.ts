import type { Plan, PlannedPhase } from '../plan/plan.ts'
import { phaseLabel } from './phase-label.ts'

/** Where a run stands at an instant of the load. */
export type ProgressPhase = {
  /** The phases that are under way, of all tracks; `starting` before the load, `draining` after it. */
  readonly label: string
  /** Until the last of them ends, or the drain does. */
  readonly leftMs: number
  /** Places in `plan.phases`. */
  readonly phases: readonly PlannedPhase[]
}

/** What is under way at an instant, ms from the start of the load: the phases of all loads, or the drain. */
export function progressPhase(plan: Plan, atMs: number): ProgressPhase {
  if (atMs < 0) return { label: 'starting', leftMs: -atMs, phases: [] }
  const phases = plan.phases.filter(
    phase => phase.kind !== 'drain' && phase.startMs <= atMs && atMs < phase.startMs + phase.durationMs,
  )
  if (phases.length === 0) {
    return { label: 'draining', leftMs: Math.max(0, plan.loadMs + plan.drainMs - atMs), phases }
  }
  const labels = [...new Set(phases.map(phaseLabel))]
  const endMs = Math.max(...phases.map(phase => phase.startMs + phase.durationMs))
  return { label: labels.join(' + '), leftMs: endMs - atMs, phases }
}
