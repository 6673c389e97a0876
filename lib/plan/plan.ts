import type { Scenario } from '../scenario/scenario.ts'
import type { Budget } from './budget.ts'

/**
 * A phase of a track, placed in time. `plan.phases` lists those of all tracks one after another; the last entry of the
 * list is always the run's `drain`: requests that were due after the load had ended. A phase is named by its place in it.
 */
export type PlannedPhase = {
  readonly index: number
  /** Place in `scenario.tracks`; -1 for the drain. */
  readonly track: number
  /** Place among its track's phases; -1 for the drain. */
  readonly phase: number
  readonly name: string
  readonly text: string
  readonly kind: 'open' | 'closed' | 'iterations' | 'pause' | 'drain'
  /** From the start of the load. */
  readonly startMs: number
  readonly durationMs: number
  /** Iterations that the phase will start: the count for open and `iterations:` phases, absent where users decide. */
  readonly arrivals?: number
  /** Iterations of the track's open and `iterations:` phases before this one: arrival i has rank `rankOffset + i`. */
  readonly rankOffset: number
  /** Most users at once: the ramp's top, or for open phases the derived or written `maxUsers`. */
  readonly maxUsers: number
  readonly warmup: boolean
  /** False for warm-up, pauses and the drain. */
  readonly judged: boolean
}

/** A slice of time, so that a test outlives one Lambda invocation. Locally one leg holds the whole test. */
export type Leg = {
  readonly number: number
  /** From the start of the load. */
  readonly fromMs: number
  readonly toMs: number
  /** ISO UTC; when the workflow invokes the leg's generators. */
  readonly invokeAt: string
}

/** What every generator, the watcher and the aggregator work by. Written once, before the load. */
export type Plan = {
  readonly schema: 'squall.plan.v1'
  readonly runId: string
  readonly scenario: Scenario
  readonly scenarioHash: string
  /** 32 bits. All randomness of the run follows from it. */
  readonly seed: number
  readonly shardCount: number
  readonly phases: readonly PlannedPhase[]
  /** Until the last phase's end; the drain follows. */
  readonly loadMs: number
  readonly drainMs: number
  readonly legs: readonly Leg[]
  /** Length of the change from one leg to the next, over which users are spread. */
  readonly changeMs: number
  /** Iterations of a leg that is not the last may take so long to end; those of the last one have `drainMs`. */
  readonly legDrainMs: number
  /** Places in these lists are how measurements name requests and flows. Groups are flows named `FLOW / GROUP`. */
  readonly requestNames: readonly string[]
  readonly flowNames: readonly string[]
  readonly intervalMs: number
  readonly snapshotEveryMs: number
  readonly controlEveryMs: number
  /** The watcher raises the lease's beat so often. */
  readonly beatEveryMs: number
  /** One turn of the watcher lasts so long at most. */
  readonly watchTurnMs: number
  /** A generator that has seen no beat for so long stops by itself. */
  readonly leaseMs: number
  /** A generator that could not read its control item for so long stops by itself. */
  readonly unreadableMs: number
  /** Requests in flight are destroyed so long after an abort. */
  readonly abortGraceMs: number
  /** A generator that has ended may take so long to store its result. */
  readonly uploadMs: number
  /** Epoch ms of the common start; absent: as soon as all generators are ready. */
  readonly startAtMs?: number
  /** Once the run costs more, its load is stopped. Absent where a run costs nothing. */
  readonly budget?: Budget
}
