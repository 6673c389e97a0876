import { endedAtMs, phaseSpan } from '../judge/judged-time.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'

/** From the start of the load to the last thing that happened in it, drain and what it cut off included, in ms. */
export function loadLengthMs(plan: Plan, summary: Summary): number {
  const ends = plan.phases.flatMap(phase => [
    phase.kind === 'drain' ? 0 : phaseSpan(summary, phase).toMs,
    summary.measurements.lastEndUs(phase.index) / 1000,
  ])
  return Math.max(0, endedAtMs(summary) ?? 0, ...ends)
}
