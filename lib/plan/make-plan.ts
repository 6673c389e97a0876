import { type LoadPhase, phaseDurationMs } from '../scenario/load-phase.ts'
import { flowNames, requestNames } from '../scenario/request-names.ts'
import type { Scenario, Track } from '../scenario/scenario.ts'
import { linearRate } from './arrivals.ts'
import type { Budget } from './budget.ts'
import { arrivalCount } from './cumulative-rate.ts'
import { intervalMs } from './interval.ts'
import { openMaxUsers } from './open-users.ts'
import type { Plan, PlannedPhase } from './plan.ts'
import { CLOUD_LEG_TIMES, type LegTimes, planLegs } from './plan-legs.ts'

export type PlanInput = {
  readonly scenario: Scenario
  readonly runId: string
  readonly scenarioHash: string
  /** 32 bits. The scenario's own seed is the caller's to prefer. */
  readonly seed: number
  readonly shardCount: number
  /** Epoch ms, for the dates in the plan. */
  readonly nowMs: number
  /** Epoch ms of the common start. Absent: as soon as all are ready (local), or 15 s + n/100 s ahead (cloud). */
  readonly startAtMs?: number
  /** One leg, short polls and no fixed start; else Lambda's legs. */
  readonly local: boolean
  /** Most users that an open phase without a written `maxUsers` may get: what descriptors and ports allow. */
  readonly mostDerivedUsers?: number
  /** Lengths of legs, for a plan that is not local; tests shorten them. */
  readonly legTimes?: LegTimes
  readonly budget?: Budget
}

/** A track without a load: one user, one iteration. */
const DEFAULT_PHASE: LoadPhase = {
  kind: 'iterations',
  name: '1',
  text: '1 iteration',
  warmup: false,
  iterations: 1,
  each: false,
  users: 1,
  withinMs: 600_000,
}

/** Places a scenario's phases in time and fixes everything that a run's generators must agree on. */
export function makePlan(input: PlanInput): Plan {
  const scenario = withDefaultLoad(input.scenario)
  const { local, shardCount, nowMs } = input
  const placed = scenario.tracks.flatMap((track, number) => placeTrack(scenario, track, number, input))
  const loadMs = placed.reduce((end, phase) => Math.max(end, phase.startMs + phase.durationMs), 0)
  const { drainMs } = scenario
  const phases = [...placed, drainPhase(loadMs, drainMs)].map((phase, index) => ({ ...phase, index }))
  const legTimes = input.legTimes ?? CLOUD_LEG_TIMES
  const startAtMs = input.startAtMs ?? (local ? undefined : nowMs + legTimes.startLeadMs + 10 * shardCount)
  const legs = local
    ? [{ number: 0, fromMs: 0, toMs: loadMs, invokeAt: new Date(nowMs).toISOString() }]
    : planLegs(phases, loadMs, startAtMs ?? nowMs, nowMs, legTimes)
  return {
    schema: 'squall.plan.v1',
    runId: input.runId,
    scenario,
    scenarioHash: input.scenarioHash,
    seed: input.seed >>> 0,
    shardCount,
    phases,
    loadMs,
    drainMs,
    legs,
    changeMs: local ? 0 : legTimes.changeMs,
    legDrainMs: legTimes.drainMs,
    requestNames: requestNames(scenario),
    flowNames: flowNames(scenario),
    intervalMs: intervalMs(loadMs + drainMs),
    // Decisions 9 and 11. Locally both are cheap, and Ctrl-C has to stop the load within a second.
    snapshotEveryMs: local ? 500 : Math.max(2_000, 5 * shardCount),
    // Not a whole number of seconds: polls that fall everywhere in a second tell the store's clock by its dates.
    controlEveryMs: local ? 250 : 1_618,
    beatEveryMs: 2_000,
    // 24 hours are 288 turns (decision 10).
    watchTurnMs: 300_000,
    leaseMs: 30_000,
    unreadableMs: 15_000,
    abortGraceMs: local ? 500 : 1_000,
    uploadMs: 20_000,
    ...(startAtMs === undefined ? {} : { startAtMs }),
    ...(input.budget === undefined ? {} : { budget: input.budget }),
  }
}

function withDefaultLoad(scenario: Scenario): Scenario {
  const flows = scenario.flows.map(flow => ({ flow: flow.name, weight: flow.weight }))
  const tracks: readonly Track[] =
    scenario.tracks.length > 0 ? scenario.tracks : [{ name: 'main', flows, mix: 'user', phases: [] }]
  if (tracks === scenario.tracks && tracks.every(track => track.phases.length > 0)) return scenario
  return {
    ...scenario,
    tracks: tracks.map(track => (track.phases.length > 0 ? track : { ...track, phases: [DEFAULT_PHASE] })),
  }
}

type Placed = Omit<PlannedPhase, 'index'>

function placeTrack(scenario: Scenario, track: Track, number: number, input: PlanInput): Placed[] {
  let startMs = 0
  let rankOffset = 0
  return track.phases.map((phase, place) => {
    const arrivals = phaseArrivals(phase)
    const durationMs = phaseDurationMs(phase)
    const planned: Placed = {
      track: number,
      phase: place,
      name: phase.name,
      text: phase.text,
      kind: phase.kind,
      startMs,
      durationMs,
      ...(arrivals === undefined ? {} : { arrivals }),
      rankOffset,
      maxUsers: phaseMaxUsers(scenario, track, phase, input.mostDerivedUsers),
      warmup: phase.warmup,
      judged: !phase.warmup && phase.kind !== 'pause',
    }
    startMs += durationMs
    rankOffset += arrivals ?? 0
    return planned
  })
}

function phaseArrivals(phase: LoadPhase): number | undefined {
  if (phase.kind === 'open') return arrivalCount(linearRate(phase))
  if (phase.kind === 'iterations') return phase.each ? phase.iterations * phase.users : phase.iterations
  return phase.kind === 'pause' ? 0 : undefined
}

function phaseMaxUsers(scenario: Scenario, track: Track, phase: LoadPhase, mostDerivedUsers?: number): number {
  switch (phase.kind) {
    case 'open':
      return openMaxUsers(scenario, track, phase, mostDerivedUsers)
    case 'closed':
      return phase.rampMs > 0 ? Math.max(phase.fromUsers, phase.toUsers) : phase.toUsers
    case 'iterations':
      return phase.users
    case 'pause':
      return 0
  }
}

function drainPhase(loadMs: number, drainMs: number): Placed {
  return {
    track: -1,
    phase: -1,
    name: 'drain',
    text: 'drain',
    kind: 'drain',
    startMs: loadMs,
    durationMs: drainMs,
    rankOffset: 0,
    maxUsers: 0,
    warmup: false,
    judged: false,
  }
}
