import { lengthMs } from '../judge/judged-time.ts'
import type { Report } from './report.ts'

/** Iterations a second over the judged phases. */
export type OfferedRate = { readonly offeredPerSecond: number; readonly startedPerSecond: number }

/**
 * Planned and started iterations a second; absent unless all judged phases are open ones, since elsewhere users decide
 * when the next iteration starts. Of a run that was stopped, its plan's rate beside the one of the time that it ran.
 */
export function offeredRate(report: Pick<Report, 'arrivals' | 'phases'>): OfferedRate | undefined {
  const { planned, started } = report.arrivals
  const judged = report.phases.filter(phase => !phase.warmup && phase.kind !== 'pause' && phase.kind !== 'drain')
  const secondsOf = (length: (phase: Report['phases'][number]) => number) =>
    lengthMs(judged.map(one => ({ fromMs: one.startMs, toMs: one.startMs + length(one) }))) / 1000
  const seconds = secondsOf(one => one.durationMs)
  const open = judged.every(phase => phase.model === 'open')
  if (planned === undefined || seconds <= 0 || !open) return undefined
  const plannedSeconds = secondsOf(one => one.plannedMs ?? one.durationMs)
  return { offeredPerSecond: planned / plannedSeconds, startedPerSecond: started / seconds }
}
