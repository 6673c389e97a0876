import type { GeneratorHealth } from '../measure/generator-health.ts'
import type { Plan } from '../plan/plan.ts'
import type { OffsetBounds } from './clock-offset.ts'

/**
 * How far the generator's start lay from the planned one by the store's clock, which all generators share; by its own
 * where the store told no date. Absent where the plan fixes no start.
 */
export function startSkew(
  plan: Plan,
  startedAtMs: number,
  bounds: OffsetBounds | undefined,
): Pick<GeneratorHealth, 'startSkewMs' | 'startSkewBoundMs'> {
  if (plan.startAtMs === undefined) return {}
  const ownMs = startedAtMs - plan.startAtMs
  if (bounds === undefined) return { startSkewMs: ownMs }
  const { lowMs, highMs } = bounds
  return { startSkewMs: ownMs + (lowMs + highMs) / 2, startSkewBoundMs: (highMs - lowMs) / 2 }
}
