import type { Report } from './report.ts'

/**
 * Iterations that were due a second, over the judged open phases' intervals that say so; absent where users decide when
 * the next iteration starts. Beside it what was done in the same time, in iterations, is not known: the caller shows it
 * against answers a second only where an iteration is one request.
 */
export type OfferedRate = { readonly offeredPerSecond: number; readonly startedPerSecond: number }

/** Planned and started iterations a second of the run's load; absent for closed phases. */
export function offeredRate(report: Pick<Report, 'arrivals' | 'phases'>): OfferedRate | undefined {
  const { planned, started } = report.arrivals
  const open = report.phases.filter(phase => phase.model === 'open')
  const seconds = open.reduce((sum, phase) => sum + phase.durationMs, 0) / 1000
  if (planned === undefined || seconds <= 0 || open.length < report.phases.length) return undefined
  return { offeredPerSecond: planned / seconds, startedPerSecond: started / seconds }
}
