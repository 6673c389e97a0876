import { lengthMs } from '../judge/judged-time.ts'
import type { Report } from './report.ts'

/** Iterations a second over the judged phases. */
export type OfferedRate = { readonly offeredPerSecond: number; readonly startedPerSecond: number }

/**
 * Planned and started iterations a second; absent unless all judged phases are open ones, since elsewhere users decide
 * when the next iteration starts. A run that was stopped early has started less, and been offered all of its plan.
 */
export function offeredRate(report: Pick<Report, 'arrivals' | 'phases'>): OfferedRate | undefined {
  const { planned, started } = report.arrivals
  const judged = report.phases.filter(phase => !phase.warmup && phase.kind !== 'pause' && phase.kind !== 'drain')
  const seconds = lengthMs(judged.map(one => ({ fromMs: one.startMs, toMs: one.startMs + one.durationMs }))) / 1000
  const open = judged.every(phase => phase.model === 'open')
  if (planned === undefined || seconds <= 0 || !open) return undefined
  return { offeredPerSecond: planned / seconds, startedPerSecond: started / seconds }
}
