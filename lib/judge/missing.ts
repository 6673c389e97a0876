import type { Figures } from '../measure/figures.ts'
import { figuresIn } from '../measure/merged-figures.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan, PlannedPhase } from '../plan/plan.ts'
import { overlapMs, type Span } from './judged-time.ts'

/**
 * The share of the load planned for a stretch of time that no generator ran: shards that left no result, generators
 * that stopped before their leg's end, legs that were never begun. `cutAtStop`: an abort threshold ended the run, so what it ended was not missed.
 */
export function lostShare(plan: Plan, summary: Summary, span: Span, cutAtStop: boolean): number {
  const length = span.toMs - span.fromMs
  if (length <= 0) return 0
  const legOf = (number: number): Span =>
    plan.legs.find(leg => leg.number === number) ?? { fromMs: 0, toMs: plan.loadMs }
  let lostMs = 0
  for (const lost of summary.lost) lostMs += overlapMs(legOf(lost.leg), span)
  if (!cutAtStop) {
    // Legs that were never begun, because the run had been stopped before them.
    const known = new Set([...summary.lost, ...summary.generators].map(one => one.leg))
    for (const leg of known.size === 0 ? [] : plan.legs) {
      if (!known.has(leg.number)) lostMs += overlapMs(leg, span) * plan.shardCount
    }
    for (const generator of summary.generators) {
      if (generator.stoppedAtMs === undefined) continue
      const leg = legOf(generator.leg)
      lostMs += overlapMs({ fromMs: Math.max(leg.fromMs, generator.stoppedAtMs), toMs: leg.toMs }, span)
    }
  }
  return Math.min(1, lostMs / length / plan.shardCount)
}

/** The share of a phase's planned iterations that were never started, 0 to 1. */
export function missingShare(plan: Plan, summary: Summary, phase: PlannedPhase, cutAtStop: boolean): number {
  const arrivals = summary.measurements.arrivals(phase.index)
  const started = arrivals?.started ?? 0
  const missed = arrivals?.missed ?? 0
  const lost = lostShare(plan, summary, { fromMs: phase.startMs, toMs: phase.startMs + phase.durationMs }, cutAtStop)
  if (phase.arrivals === undefined) {
    const unstarted = started + missed === 0 ? 0 : missed / (started + missed)
    return 1 - (1 - lost) * (1 - unstarted)
  }
  const planned = cutAtStop ? (started + missed) / Math.max(1e-9, 1 - lost) : phase.arrivals
  return planned <= 0 ? 0 : Math.min(1, Math.max(0, (planned - started) / planned))
}

/**
 * Planned requests that were not observed, and those that were: iterations never started, at the phase's own mix of
 * requests, and requests cut off by the end of the load or lost to the generator's own faults. Infinitely many where a
 * whole phase is missing and so nothing is known of it.
 */
export function missingRequests(
  plan: Plan,
  summary: Summary,
  phases: readonly PlannedPhase[],
  request: number | undefined,
  cutAtStop: boolean,
): { readonly missing: number; readonly observed: number } {
  const { measurements } = summary
  let observed = 0
  let missing = 0
  for (const phase of phases) {
    const figures = figuresIn(measurements, [phase.index], request)
    const share = missingShare(plan, summary, phase, cutAtStop)
    const count = sum(figures, one => one.count)
    const cutOff = sum(figures, interruptedOf)
    observed += count
    if (share >= 1) missing = Number.POSITIVE_INFINITY
    const sent = count + cutOff
    missing += (sent * share) / Math.max(1e-9, 1 - share) + cutOff + sum(figures, one => one.generatorFaults)
  }
  // What older artifacts do not tell the place of is taken to be everywhere.
  const all = figuresIn(
    measurements,
    plan.phases.map(phase => phase.index),
  )
  const unplaced = measurements.interrupted - sum(all, interruptedOf)
  const counted = sum(all, one => one.count)
  return { missing: missing + (observed * unplaced) / Math.max(1, counted), observed }
}

function interruptedOf({ interruptedTimes }: Figures): number {
  return interruptedTimes?.count ?? 0
}

function sum<T>(all: readonly T[], figure: (one: T) => number): number {
  return all.reduce((total, one) => total + figure(one), 0)
}
