import { requestCount } from '../measure/merged-figures.ts'
import type { Observation } from '../measure/observation.ts'
import type { PlannedPhase } from '../plan/plan.ts'
import type { Threshold } from '../scenario/threshold.ts'
import { missingRequests } from './missing.ts'
import type { ThresholdContext } from './threshold-context.ts'

/**
 * What the missing requests would have added to, had they been successes: every request adds a response time, and none
 * a failed one; connections and checks come in the proportion that was seen.
 */
export function baseCount(
  { scope, subject }: Threshold,
  { plan, summary }: ThresholdContext,
  phases: readonly PlannedPhase[],
  observation: Observation,
): number {
  if (scope.kind === 'flow' || subject.kind !== 'latency') return observation.count
  if (subject.latency === 'failed') return 0
  if (subject.latency === 'connect' || subject.latency === 'tls') return observation.count
  const places = phases.map(phase => phase.index)
  const request = scope.kind === 'request' ? plan.requestNames.indexOf(scope.name) : undefined
  return requestCount(summary.measurements, places, request)
}

/** Nothing stays nothing, even of an unknown number. */
export function timesRatio(count: number, ratio: number): number {
  // Shares of counts are a few ulps off the counts that they came from.
  return count === 0 ? 0 : Math.ceil(count * ratio - 1e-6)
}

/** Missing requests for each one that was observed. */
export function perObserved(threshold: Threshold, context: ThresholdContext, phases: readonly PlannedPhase[]): number {
  const { missing, observed } = missingIn(threshold, context, phases)
  if (missing === Number.POSITIVE_INFINITY) return missing
  return observed === 0 ? 0 : missing / observed
}

/** How many requests of a threshold's scope are missing, and how many were observed. */
export function missingIn(
  { scope }: Threshold,
  { plan, summary, cutAtStop }: ThresholdContext,
  phases: readonly PlannedPhase[],
) {
  const request = scope.kind === 'request' ? plan.requestNames.indexOf(scope.name) : undefined
  return missingRequests(plan, summary, phases, request, cutAtStop)
}

/** The phases' own mix. */
export function requestsPerIteration({ summary }: ThresholdContext, phases: readonly PlannedPhase[]): number {
  let requests = 0
  let started = 0
  for (const { index } of phases) {
    started += summary.measurements.arrivals(index)?.started ?? 0
    requests += requestCount(summary.measurements, [index])
  }
  return started === 0 ? 1 : requests / started
}
