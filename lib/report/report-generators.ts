import type { GeneratorHealth } from '../measure/generator-health.ts'
import { mergedHistogram } from '../measure/histogram.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import type { Report } from './report.ts'
import { latencyFigures } from './report-figures.ts'

/** One line a shard: its legs together, the busiest share and the worst state standing for all; `lost` without a result. */
export function reportGenerators(plan: Plan, summary: Summary): Report['generators'] {
  return Array.from({ length: plan.shardCount }, (_, shard) => {
    const legs = summary.generators.filter(one => one.shard === shard)
    const lost = legs.length === 0 || summary.lost.some(one => one.shard === shard)
    const cpuShare = largest(legs.map(one => one.cpuShare))
    const startSkewMs = largest(legs.map(one => one.startSkewMs))
    return {
      shard,
      ...(cpuShare === undefined ? {} : { cpuShare }),
      latenessMs: latencyFigures(mergedHistogram(legs.map(one => one.lateness))),
      ...(startSkewMs === undefined ? {} : { startSkewMs }),
      connectionsMax: largest(legs.map(one => one.connectionsMax)) ?? 0,
      state: lost ? 'lost' : worstState(legs),
    }
  })
}

/** By size: a generator may be early as well as late. */
function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0]
}

function worstState(legs: readonly GeneratorHealth[]): string {
  const states = ['lease lost', 'aborted', 'finished'] as const
  return states.find(state => legs.some(leg => leg.state === state)) ?? 'finished'
}
