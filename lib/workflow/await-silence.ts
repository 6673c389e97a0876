import type { Plan } from '../plan/plan.ts'
import { isInvoked, legProgress } from './leg-progress.ts'
import type { Ports } from './ports.ts'

/** How often it is looked for generators that go on. */
const lookEveryMs = 1000

/** A generator that reads no abort stops itself, ends what is under way and stores what it has: the longest that takes. */
export function longestStopMs(plan: Plan): number {
  return Math.max(plan.unreadableMs, plan.controlEveryMs) + plan.abortGraceMs + plan.uploadMs
}

/**
 * Waits, after an abort, until every shard that was claimed has left a result or the cause of its end, or could no more.
 * At least for two polls of the control item: a generator may be about to claim its shard. It sends nothing, since it
 * reads the abort before it sends.
 */
export async function awaitSilence({ objects, epochMs, sleep }: Ports, plan: Plan): Promise<void> {
  const fromMs = epochMs()
  const underWay = plan.legs.filter(leg => isInvoked(leg, fromMs)).map(leg => leg.number)
  const silent = new Set<number>()
  for (;;) {
    for (const leg of underWay) {
      if (silent.has(leg)) continue
      const { claimed, ended, over } = await legProgress(objects, plan, leg, epochMs())
      if (over || (ended >= claimed && epochMs() - fromMs >= 2 * plan.controlEveryMs)) silent.add(leg)
    }
    if (silent.size === underWay.length || epochMs() - fromMs > longestStopMs(plan)) return
    await sleep(lookEveryMs)
  }
}
