import type { Flow } from '../scenario/scenario.ts'
import { requestRange, startRange, thinkRange } from './flow-cost.ts'
import { loadPhase, trackAt } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** What is taken of a target of which nothing is known. Each may be given. */
export type AnswerGuess = {
  /** From a request to its answer. */
  readonly answerMs: number
  /** Of one answer, head and TLS included. */
  readonly responseBytes: number
  /** Of one request, head and TLS included. */
  readonly requestBytes: number
}

export const DEFAULT_ANSWERS: AnswerGuess = { answerMs: 200, responseBytes: 10_000, requestBytes: 600 }

/**
 * Requests that a plan comes to if the target answers as guessed: to within one iteration a flow and phase where the
 * schedule fixes them. By areas, never user by user, so that it takes no longer for ten million users than for one.
 */
export function expectedRequests(plan: Plan, { answerMs }: AnswerGuess): number {
  return plan.phases.reduce((sum, phase) => sum + phaseRequests(plan, phase, answerMs), 0)
}

function phaseRequests(plan: Plan, phase: PlannedPhase, answerMs: number): number {
  if (phase.kind === 'drain' || phase.kind === 'pause') return 0
  const load = loadPhase(plan, phase)
  const flows = flowShares(plan, phase)
  if (load.kind === 'open') return (phase.arrivals ?? 0) * mean(flows, flow => requestsEach(flow, true))
  const starts = newUsers(plan, phase) * mean(flows, flow => finite(startRange(flow)))
  if (load.kind !== 'closed') return starts + (phase.arrivals ?? 0) * mean(flows, flow => requestsEach(flow, false))
  const { fromUsers, toUsers, rampMs, durationMs } = load
  const userMs = ((fromUsers + toUsers) / 2) * rampMs + toUsers * (durationMs - rampMs)
  return starts + userMs * mean(flows, flow => requestsEach(flow, false) / iterationMs(flow, answerMs))
}

/** Users that begin in a phase: those of the closed phase before it live on. */
function newUsers(plan: Plan, phase: PlannedPhase): number {
  const before = plan.phases.find(each => each.track === phase.track && each.phase === phase.phase - 1)
  const load = before?.kind === 'closed' && phase.kind === 'closed' ? loadPhase(plan, before) : undefined
  return Math.max(0, phase.maxUsers - (load?.kind === 'closed' ? load.toUsers : 0))
}

/** How long one iteration takes: its mean think time and its answers. */
export function iterationMs(flow: Flow, answerMs: number): number {
  return Math.max(1, thinkRange(flow).meanMs + requestsEach(flow, false) * answerMs)
}

/** Requests of one iteration; with `start` where every iteration is a new user. Branches count in full. */
function requestsEach(flow: Flow, withStart: boolean): number {
  return finite(requestRange(flow, { withStart }))
}

/** The most, or where only the run can tell how often a loop goes round, the least, but one request at least. */
function finite({ min, max }: { readonly min: number; readonly max: number }): number {
  return Number.isFinite(max) ? max : Math.max(1, min)
}

/** What a load asks of the generators at its highest. */
export type PeakLoad = {
  readonly requestsPerSecond: number
  readonly responseBytesPerSecond: number
  /** Connections that are opened to be used once; those of users that live on are not counted. */
  readonly newConnectionsPerSecond: number
}

/** The highest figures over time; linear phases have theirs where a phase or its ramp begins or ends. */
export function peakLoad(plan: Plan, guess: AnswerGuess): PeakLoad {
  // Where one phase ends another begins: just before and just after are two different sums.
  const rates = instants(plan).flatMap(atMs =>
    (['before', 'after'] as const).map(side => {
      const found = plan.phases.map(phase => rateAt(plan, phase, { atMs, side }, guess))
      return {
        requests: found.reduce((sum, { requests }) => sum + requests, 0),
        connections: found.reduce((sum, { connections }) => sum + connections, 0),
      }
    }),
  )
  const requestsPerSecond = Math.max(0, ...rates.map(each => each.requests))
  return {
    requestsPerSecond,
    responseBytesPerSecond: requestsPerSecond * guess.responseBytes,
    newConnectionsPerSecond: Math.max(0, ...rates.map(each => each.connections)),
  }
}

function instants(plan: Plan): number[] {
  return plan.phases.flatMap(phase => {
    if (phase.kind === 'drain' || phase.kind === 'pause') return []
    const load = loadPhase(plan, phase)
    const ramp = load.kind === 'closed' ? [phase.startMs + load.rampMs] : []
    return [phase.startMs, ...ramp, phase.startMs + phase.durationMs]
  })
}

type Rate = { readonly requests: number; readonly connections: number }

const NOTHING: Rate = { requests: 0, connections: 0 }

type Instant = { readonly atMs: number; readonly side: 'before' | 'after' }

/** A phase's rates just before or just after an instant. */
function rateAt(plan: Plan, phase: PlannedPhase, { atMs, side }: Instant, guess: AnswerGuess): Rate {
  if (phase.kind === 'drain' || phase.kind === 'pause') return NOTHING
  const sinceMs = atMs - phase.startMs
  const within =
    side === 'before' ? sinceMs > 0 && sinceMs <= phase.durationMs : sinceMs >= 0 && sinceMs < phase.durationMs
  if (!within) return NOTHING
  const load = loadPhase(plan, phase)
  const reused = plan.scenario.http.keepAlive
  const flows = flowShares(plan, phase)
  if (load.kind === 'open') {
    const iterations = load.fromPerSecond + ((load.toPerSecond - load.fromPerSecond) * sinceMs) / phase.durationMs
    const requests = iterations * mean(flows, flow => requestsEach(flow, true))
    return { requests, connections: !reused ? requests : load.connections === 'fresh' ? iterations : 0 }
  }
  const users = load.kind === 'closed' ? usersAt(load, sinceMs) : phase.maxUsers
  // A user that does one flow all its life sends by that flow's own pace.
  const requests = users * mean(flows, flow => (1000 * requestsEach(flow, false)) / iterationMs(flow, guess.answerMs))
  return { requests, connections: reused ? 0 : requests }
}

function usersAt(
  load: { readonly fromUsers: number; readonly toUsers: number; readonly rampMs: number },
  sinceMs: number,
): number {
  const { fromUsers, toUsers, rampMs } = load
  return sinceMs >= rampMs ? toUsers : fromUsers + ((toUsers - fromUsers) * sinceMs) / rampMs
}

type FlowShare = { readonly flow: Flow; readonly share: number }

function flowShares(plan: Plan, phase: PlannedPhase): readonly FlowShare[] {
  const { flows } = trackAt(plan, phase.track)
  const weights = flows.reduce((sum, { weight }) => sum + weight, 0)
  return flows.flatMap(({ flow: name, weight }) => {
    const flow = plan.scenario.flows.find(each => each.name === name)
    return flow === undefined ? [] : [{ flow, share: weights > 0 ? weight / weights : 1 / flows.length }]
  })
}

function mean(flows: readonly FlowShare[], figure: (flow: Flow) => number): number {
  return flows.reduce((sum, { flow, share }) => sum + share * figure(flow), 0)
}

/** ms that one iteration of a track takes if the target answers as guessed, by the weights of its flows. */
export function meanIterationMs(plan: Plan, phase: PlannedPhase, { answerMs }: AnswerGuess): number {
  return mean(flowShares(plan, phase), flow => iterationMs(flow, answerMs))
}
