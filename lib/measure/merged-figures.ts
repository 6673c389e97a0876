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

/** One request name over some phases; without a name all of them. */
export function mergedFigures(measurements: Measurements, phases: readonly number[], request?: number): Figures {
  const merged = new Figures()
  const requests = request === undefined ? measurements.plan.requestNames.map((_, i) => i) : [request]
  for (const phase of phases) {
    for (const place of requests) {
      const figures = measurements.figures(phase, place)
      if (figures !== undefined) merged.add(figures)
    }
  }
  return merged
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
