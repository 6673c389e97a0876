import type { Clock } from '../generate/clock.ts'
import type { Plan } from '../plan/plan.ts'
import type { Ports } from './ports.ts'

/** A generator begins to watch itself and its schedule so long before its leg. */
const leadMs = 1000

/**
 * The load's start by a clock, where the plan fixes it (decision 8): the wall clock is read once. Resolves shortly before
 * the leg begins, at once where that is past or the load has been stopped.
 */
export async function awaitCommonStart(
  { clock, sleep }: { readonly clock: Clock } & Pick<Ports, 'sleep'>,
  plan: Plan,
  leg: number,
  stopped: AbortSignal,
): Promise<number> {
  if (plan.startAtMs === undefined) throw new Error('the plan fixes no start')
  const nowUs = clock.nowUs()
  const startUs = nowUs + (plan.startAtMs - clock.epochMs()) * 1000
  const legMs = (startUs - nowUs) / 1000 + (plan.legs[leg]?.fromMs ?? 0)
  if (legMs > leadMs) await sleep(legMs - leadMs, stopped)
  return startUs
}
