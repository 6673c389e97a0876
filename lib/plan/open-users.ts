import type { OpenPhase } from '../scenario/load-phase.ts'
import type { Flow, Scenario, Track } from '../scenario/scenario.ts'
import { arrivalCount } from './cumulative-rate.ts'
import { requestRange, thinkRange } from './flow-cost.ts'

/** More users than this at once are only kept where the scenario says `maxUsers`. */
export const MOST_DERIVED_USERS = 10_000

/**
 * `maxUsers` of an open phase: as written, else by Little's law L = lambda W the users there are when the highest rate
 * has met a target that no longer answers. W is an iteration's time then: its think time and its longest request
 * timeout (one, not one a request: where each request times out, an iteration that is cut short costs less than users
 * without end), by the weights of the flows. Arrivals bunch, so there are some more than the mean. Never more than the phase has arrivals, than `most`, or fewer than 1.
 */
export function openMaxUsers(scenario: Scenario, track: Track, phase: OpenPhase, most = MOST_DERIVED_USERS): number {
  if (phase.maxUsers !== undefined) return phase.maxUsers
  const peakPerSecond = Math.max(phase.fromPerSecond, phase.toPerSecond)
  const mean = peakPerSecond * meanStalledSeconds(scenario, track)
  // Random arrivals are Poisson about their mean: four standard deviations more, and never fewer than a handful.
  const users = Math.ceil(mean + 4 * Math.sqrt(mean)) + 4
  const arrivals = arrivalCount({
    fromPerSecond: phase.fromPerSecond,
    toPerSecond: phase.toPerSecond,
    durationSeconds: phase.durationMs / 1000,
  })
  return Math.max(1, Math.min(users, arrivals, most))
}

function meanStalledSeconds(scenario: Scenario, track: Track): number {
  let weights = 0
  let weightedMs = 0
  for (const { flow: name, weight } of track.flows) {
    const flow = scenario.flows.find(each => each.name === name)
    if (flow === undefined) continue
    weights += weight
    weightedMs += weight * stalledMs(flow, scenario.http.timeoutMs)
  }
  return weights === 0 ? 0 : weightedMs / weights / 1000
}

function stalledMs(flow: Flow, defaultTimeoutMs: number): number {
  const timeoutMs = requestRange(flow).longestTimeoutMs
  return (timeoutMs > 0 ? timeoutMs : defaultTimeoutMs) + thinkRange(flow).maxMs
}
