import type { Plan } from '../plan/plan.ts'
import { ArrivalFigures } from './arrival-figures.ts'
import { Figures } from './figures.ts'
import { FlowFigures } from './flow-figures.ts'
import type { Measurements } from './measurements.ts'

/** Places of the phases that count for totals and thresholds. */
export function judgedPhases(plan: Plan): readonly number[] {
  return plan.phases.filter(phase => phase.judged).map(phase => phase.index)
}

/** Places of the warm-up phases. */
export function warmupPhases(plan: Plan): readonly number[] {
  return plan.phases.filter(phase => phase.warmup).map(phase => phase.index)
}

/** What was measured of one request name in some phases; without a name of all. */
export function figuresIn(measurements: Measurements, phases: readonly number[], request?: number): readonly Figures[] {
  const requests = request === undefined ? measurements.plan.requestNames.map((_, i) => i) : [request]
  return phases.flatMap(phase => requests.flatMap(place => measurements.figures(phase, place) ?? []))
}

/**
 * The same as one, for reading: where only one was measured, it is that one. Where a single number is wanted, summing it
 * over `figuresIn` spares the histograms.
 */
export function mergedFigures(measurements: Measurements, phases: readonly number[], request?: number): Figures {
  const all = figuresIn(measurements, phases, request)
  const [first] = all
  if (first !== undefined && all.length === 1) return first
  const merged = new Figures()
  for (const figures of all) merged.add(figures)
  return merged
}

/** How many requests of one name, or of all, were counted in some phases. */
export function requestCount(measurements: Measurements, phases: readonly number[], request?: number): number {
  return figuresIn(measurements, phases, request).reduce((sum, figures) => sum + figures.count, 0)
}

/** One flow over some phases. */
export function mergedFlow(measurements: Measurements, phases: readonly number[], flow: number): FlowFigures {
  const merged = new FlowFigures()
  for (const phase of phases) {
    const figures = measurements.flowFigures(phase, flow)
    if (figures !== undefined) merged.add(figures)
  }
  return merged
}

/** Arrivals over some phases. */
export function mergedArrivals(measurements: Measurements, phases: readonly number[]): ArrivalFigures {
  const merged = new ArrivalFigures()
  for (const phase of phases) {
    const arrivals = measurements.arrivals(phase)
    if (arrivals !== undefined) merged.add(arrivals)
  }
  return merged
}
