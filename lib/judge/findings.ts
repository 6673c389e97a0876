import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import type { Finding } from './finding.ts'

/** Diagnoses drawn from a summary, the weightiest first. */
export function findings(_plan: Plan, _summary: Summary): readonly Finding[] {
  return []
}
