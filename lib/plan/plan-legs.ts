import type { Leg, PlannedPhase } from './plan.ts'

/** Times around a leg (decision 7): lead 25 + load 720 + change 60 + drain 60 + upload 20 s stay below Lambda's 900 s. */
export type LegTimes = {
  readonly legMs: number
  /** A leg's generators are invoked so long before it begins. */
  readonly leadMs: number
  readonly changeMs: number
  /** Iterations of a leg that is not the last may take so long to end. */
  readonly drainMs: number
  /** From the plan to the start of the load, for one generator; each further one adds 10 ms (decision 8). */
  readonly startLeadMs: number
}

export const CLOUD_LEG_TIMES: LegTimes = {
  legMs: 720_000,
  leadMs: 25_000,
  changeMs: 60_000,
  drainMs: 60_000,
  startLeadMs: 15_000,
}

/**
 * Cuts the load into legs. The last one has no change after it and may be longer by as much, so that no leg is shorter
 * than the change into it. An `iterations:` phase lies in one leg, because its shards count what they have started:
 * a seam that would touch it moves before it. Where that cannot be (the phase is longer than a leg) the seam stays,
 * and `planFaults` refuses the plan.
 */
export function planLegs(
  phases: readonly PlannedPhase[],
  loadMs: number,
  startAtMs: number,
  nowMs: number,
  times: Pick<LegTimes, 'legMs' | 'leadMs' | 'changeMs'>,
): Leg[] {
  const { legMs, leadMs, changeMs } = times
  const legs: Leg[] = []
  for (let fromMs = 0; ; ) {
    const last = loadMs - fromMs <= legMs + changeMs
    const toMs = last ? loadMs : seam(phases, fromMs, fromMs + legMs, changeMs)
    const number = legs.length
    const invokeAtMs = number === 0 ? nowMs : Math.max(nowMs, startAtMs + fromMs - leadMs)
    legs.push({ number, fromMs, toMs, invokeAt: new Date(invokeAtMs).toISOString() })
    if (last) return legs
    fromMs = toMs
  }
}

/** The latest instant up to `latestMs` from which a change touches no `iterations:` phase. */
function seam(phases: readonly PlannedPhase[], fromMs: number, latestMs: number, changeMs: number): number {
  const fixed = phases.filter(phase => phase.kind === 'iterations')
  let at = latestMs
  for (let moved = true; moved; ) {
    moved = false
    for (const phase of fixed) {
      if (at + changeMs <= phase.startMs || at >= phase.startMs + phase.durationMs) continue
      at = phase.startMs - changeMs
      moved = true
    }
  }
  return at > fromMs ? at : latestMs
}
