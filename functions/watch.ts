import { abortBreach } from '../lib/judge/abort-breach.ts'
import { budgetBreach } from '../lib/judge/budget-breach.ts'
import { type LiveFigures, mergeSnapshots } from '../lib/measure/snapshot.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { getArtifact, needArtifact, putArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import { awaitSilence, longestStopMs } from '../lib/workflow/await-silence.ts'
import { keepBeat } from '../lib/workflow/beat.ts'
import { LiveLegs } from '../lib/workflow/live-legs.ts'
import type { LiveRecord } from '../lib/workflow/live-record.ts'
import type { Ports } from '../lib/workflow/ports.ts'
import { costBasis } from '../lib/workflow/run-cost.ts'
import { budgetStop, thresholdStop } from '../lib/workflow/stop-reason.ts'
import { watchInput } from '../lib/workflow/task-input.ts'

export type WatchOutput = {
  /** The load goes on, and so must the watch, in another turn. */
  readonly running: boolean
  /** The load has been stopped, and nobody needs to wait for the legs that were still to come. */
  readonly cutShort: boolean
}

/**
 * State Watch: raises the beat, merges the generators' snapshots into the live record, stops the load at a breached
 * abort threshold or at its budget, and returns as soon as every shard has ended, or with `running: true` after a turn of
 * five minutes. With a reason to abort in its input, given where the execution itself has ended, it stops the load and waits
 * until it is silent: functions that an execution has invoked run on after its end.
 */
export const watch =
  (ports: Ports) =>
  async (input: unknown): Promise<WatchOutput> => {
    const { runId, abort } = watchInput(input)
    const { objects, runs } = ports
    if (abort !== undefined) {
      await runs.abort(runId, abort)
      const plan = await getArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
      if (plan !== undefined) await awaitSilence(ports, plan)
      return { running: false, cutShort: true }
    }
    const plan = await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    const beat = keepBeat(ports, plan)
    try {
      return await follow(ports, plan, () => beat.check())
    } finally {
      beat.end()
    }
  }

/**
 * Looks at the load again and again. The lease holds for both sides: where no generator is known to be invoked later, and
 * none has been heard of for so long, they have ended without leaving a trace. After an abort there is an end to it, too.
 */
async function follow(ports: Ports, plan: Plan, checkBeat: () => void): Promise<WatchOutput> {
  const { runs, epochMs, sleep } = ports
  const legs = await LiveLegs.open(ports.objects, plan)
  const startedMs = epochMs()
  let heardMs = startedMs
  let heardAtMs = Number.NEGATIVE_INFINITY
  let abortedMs: number | undefined
  for (;;) {
    checkBeat()
    const live = await look(ports, plan, legs)
    const stop = abortedMs === undefined ? reasonToStop(ports, plan, legs, live) : undefined
    if (stop !== undefined) await runs.abort(plan.runId, stop)
    const atMs = live?.atMs ?? Number.NEGATIVE_INFINITY
    if (atMs !== heardAtMs) heardMs = epochMs()
    heardAtMs = atMs
    if (legs.allOver) return { running: false, cutShort: false }
    if (plan.startAtMs === undefined && epochMs() - heardMs > plan.leaseMs) return { running: false, cutShort: false }
    if (abortedMs === undefined && (await runs.control(plan.runId))?.abort !== undefined) abortedMs = epochMs()
    if (abortedMs !== undefined) {
      const silent = legs.underWay(epochMs()).length === 0 || epochMs() - abortedMs > longestStopMs(plan)
      if (silent) return { running: false, cutShort: true }
    }
    if (epochMs() - startedMs >= plan.watchTurnMs) return { running: true, cutShort: false }
    await sleep(abortedMs === undefined ? plan.snapshotEveryMs : Math.min(1000, plan.snapshotEveryMs))
  }
}

/** Writes the live record anew; what it says, if there is a snapshot. */
async function look({ objects, epochMs }: Ports, plan: Plan, legs: LiveLegs): Promise<LiveFigures | undefined> {
  const snapshots = await legs.read(epochMs())
  if (snapshots.length === 0) return undefined
  const live = mergeSnapshots(snapshots, plan)
  await putArtifact<LiveRecord>(objects, keys.live(plan.runId), { schema: 'squall.live.v1', live })
  return live
}

const NOTHING_SENT = { requests: 0, ratePerSecond: 0, bytesSent: 0, bytesReceived: 0 }

/** A breached threshold before the budget: it is a verdict on the target. */
function reasonToStop(
  { planning, epochMs }: Ports,
  plan: Plan,
  legs: LiveLegs,
  live: LiveFigures | undefined,
): string | undefined {
  const threshold = live && abortBreach(plan, live)
  if (threshold !== undefined) return thresholdStop(threshold.text)
  if (planning.kind === 'local') return undefined
  const at = { nowMs: epochMs(), legEndsMs: legs.endsMs, live: live ?? NOTHING_SENT }
  const breach = budgetBreach(plan, at, costBasis(planning.pricing))
  return breach && budgetStop(breach)
}
