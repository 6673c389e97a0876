import type { Flow } from '../scenario/scenario.ts'
import { type Range, requestRange, startRange, thinkRange } from './flow-cost.ts'
import { type FlowMix, flowMix } from './flow-mix.ts'
import { loadPhase, trackAt } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'
import { lifeInPhase, type UserSpan, userSpans } from './users.ts'

/** No answer is taken to come sooner when a bound is reckoned for closed phases, ms. */
export const FASTEST_ANSWER_MS = 1

/** What a phase asks of one flow. */
export type FlowWork = {
  readonly phase: PlannedPhase
  readonly flow: Flow
  /** Iterations, where the schedule fixes them: open and `iterations:` phases. */
  readonly iterations?: number
  /** Closed phases: how many users run the flow, and the sum of their times in the phase, ms. */
  readonly users?: number
  readonly userMs?: number
  /** Closed and `iterations:` phases: most users that begin there and run the flow's `start`. */
  readonly starts?: number
}

/** The work of every phase by flow; flows that a phase never comes to are left out. */
export function expectedWork(plan: Plan): readonly FlowWork[] {
  return plan.phases.flatMap(phase => {
    if (phase.kind === 'drain' || phase.kind === 'pause') return []
    const track = trackAt(plan, phase.track)
    const mix = flowMix(track, plan.seed)
    const spans = phase.kind === 'closed' ? userSpans({ ...plan, shardCount: 1 }, phase.track, 0) : []
    return track.flows.flatMap(({ flow: name }, place): FlowWork[] => {
      const flow = plan.scenario.flows.find(each => each.name === name)
      if (flow === undefined) return []
      if (phase.kind === 'closed') return closedWork(plan, phase, flow, place, mix, spans)
      const before = (rank: number) => mix.countBefore(rank, [place])
      const iterations = before(phase.rankOffset + (phase.arrivals ?? 0)) - before(phase.rankOffset)
      const starts = phase.kind === 'iterations' ? { starts: phase.maxUsers } : {}
      return iterations > 0 ? [{ phase, flow, iterations, ...starts }] : []
    })
  })
}

function closedWork(
  plan: Plan,
  phase: PlannedPhase,
  flow: Flow,
  place: number,
  mix: FlowMix,
  spans: readonly UserSpan[],
): FlowWork[] {
  const track = trackAt(plan, phase.track)
  const closed = loadPhase(plan, phase)
  if (closed.kind !== 'closed') return []
  if (track.mix === 'iteration') {
    const weights = track.flows.reduce((sum, each) => sum + each.weight, 0)
    const share = weights > 0 ? (track.flows[place]?.weight ?? 0) / weights : 1 / track.flows.length
    const userMs =
      ((closed.fromUsers + closed.toUsers) / 2) * closed.rampMs + closed.toUsers * (closed.durationMs - closed.rampMs)
    const starts = spans.filter(span => span.phase === phase.index).length
    return share * userMs > 0 ? [{ phase, flow, users: phase.maxUsers, userMs: share * userMs, starts }] : []
  }
  let users = 0
  let userMs = 0
  for (let user = 0; user < phase.maxUsers; user++) {
    if (mix.at(user) !== place) continue
    const life = lifeInPhase(plan, phase, user)
    if (life === undefined) continue
    users++
    userMs += life.toMs - life.fromMs
  }
  const starts = spans.filter(span => span.phase === phase.index && mix.at(span.user) === place).length
  return users > 0 ? [{ phase, flow, users, userMs, starts }] : []
}

/**
 * How many iterations a piece of work can come to. In closed phases a user's next iteration waits for its last one:
 * by Little's law there are at most userMs / (think + time of the answers), with the least think time and 1 ms an answer,
 * and one a user that the end cuts short.
 */
export function iterationBounds(work: FlowWork): Range {
  if (work.iterations !== undefined) return { min: work.iterations, max: work.iterations }
  return { min: 0, max: (work.userMs ?? 0) / cycleMs(work.flow, FASTEST_ANSWER_MS) + (work.users ?? 0) }
}

/** Requests that a piece of work can come to, of one name if one is given. */
export function requestBounds(work: FlowWork, name?: string): Range {
  const iterations = iterationBounds(work)
  const each = requestsEach(work, name)
  const starts = (work.starts ?? 0) === 0 ? 0 : (work.starts ?? 0) * startRange(work.flow, name).max
  return { min: iterations.min * each.min, max: (each.max === 0 ? 0 : iterations.max * each.max) + starts }
}

/** Requests of one iteration; in open phases every arrival is a new user and does `start` too. */
export function requestsEach(work: Pick<FlowWork, 'phase' | 'flow'>, name?: string): Range {
  const withStart = work.phase.kind === 'open'
  return requestRange(work.flow, name === undefined ? { withStart } : { withStart, name })
}

/** The least time of an iteration whose every request takes `answerMs`. */
export function cycleMs(flow: Flow, answerMs: number): number {
  return Math.max(1e-3, thinkRange(flow).minMs + requestRange(flow).min * answerMs)
}
