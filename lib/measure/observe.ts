import type { LatencyKind, Threshold, ThresholdSubject } from '../scenario/threshold.ts'
import type { Figures } from './figures.ts'
import { type Histogram, mergedHistogram } from './histogram.ts'
import type { Measurements } from './measurements.ts'
import { figuresIn, mergedArrivals, mergedFlow } from './merged-figures.ts'
import { Observation } from './observation.ts'
import { isErrorKind, isWholeFlow, type Scope, scopeOf } from './scope.ts'

/** What a threshold without windows is judged by: everything in its scope. */
export function observeWhole(measurements: Measurements, threshold: Threshold): Observation {
  const scope = scopeOf(measurements.plan, threshold)
  const phases = measurements.plan.phases.filter(phase => scope.phases[phase.index]).map(phase => phase.index)
  const arrivals = mergedArrivals(measurements, phases)
  const observation =
    threshold.scope.kind === 'flow'
      ? ofFlow(measurements, phases, scope, threshold.subject)
      : ofRequests(measurements, phases, scope, threshold)
  observation.missed = arrivals.missed
  if (threshold.subject.kind === 'missed') {
    observation.count = arrivals.started + arrivals.missed
    observation.matched = arrivals.missed
  }
  return observation
}

function ofFlow(
  measurements: Measurements,
  phases: readonly number[],
  scope: Scope,
  subject: ThresholdSubject,
): Observation {
  const observation = new Observation()
  const flow = mergedFlow(measurements, phases, scope.flow)
  observation.count = flow.iterations
  if (subject.kind === 'latency') observation.times = flow.durations
  else observation.matched = subject.kind === 'errors' ? flow.failures : flow.iterations
  return observation
}

function ofRequests(
  measurements: Measurements,
  phases: readonly number[],
  scope: Scope,
  threshold: Threshold,
): Observation {
  const { subject } = threshold
  const observation = new Observation()
  if (subject.kind === 'iterations') {
    for (const [flow] of measurements.plan.flowNames.entries()) {
      if (isWholeFlow(measurements.plan, flow)) observation.count += mergedFlow(measurements, phases, flow).iterations
    }
    observation.matched = observation.count
    return observation
  }
  const all = figuresIn(measurements, phases, threshold.scope.kind === 'request' ? scope.request : undefined)
  if (subject.kind === 'latency') {
    observation.times = mergedHistogram(all.flatMap(figures => latencyParts(figures, subject.latency)))
    observation.count = observation.times.count
    return observation
  }
  for (const figures of all) {
    if (subject.kind === 'checks') {
      for (const { pass, fail } of figures.checks.values()) {
        observation.count += pass + fail
        observation.matched += pass
      }
    } else {
      observation.count += figures.count
      observation.matched += matchedOf(figures, subject)
    }
  }
  return observation
}

function matchedOf(figures: Figures, subject: ThresholdSubject): number {
  switch (subject.kind) {
    case 'errors':
      return figures.failures
    case 'throughput':
      return figures.answered
    case 'requests':
      return figures.count
    case 'status':
      return sumWhere(figures.statuses, status => status >= subject.from && status <= subject.to)
    case 'error': {
      let matched = 0
      for (const { kind, count } of figures.errors.byKind.values()) {
        if (isErrorKind(kind, subject.errorKind)) matched += count
      }
      return matched
    }
    default:
      return 0
  }
}

function sumWhere(counts: ReadonlyMap<number, number>, accept: (key: number) => boolean): number {
  let sum = 0
  for (const [key, count] of counts) if (accept(key)) sum += count
  return sum
}

/** The histograms that hold the latencies of a kind. */
function latencyParts(figures: Figures, latency: LatencyKind): readonly (Histogram | undefined)[] {
  switch (latency) {
    case 'success':
      return [figures.success]
    case 'failed':
      return [figures.failed]
    case 'service':
      return [figures.service]
    case 'connect':
      return [figures.connect]
    case 'tls':
      return [figures.tls]
    case 'first byte':
      return [figures.firstByte]
    default:
      return figures.responseParts
  }
}
