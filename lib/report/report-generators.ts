import type { GeneratorHealth } from '../measure/generator-health.ts'
import { mergedHistogram } from '../measure/histogram.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import type { Report } from './report.ts'
import { latencyFigures } from './report-figures.ts'
import { sixDigits } from './report-precision.ts'

/** One line a shard: its legs together, the busiest share and the worst state standing for all; `lost` without a result. */
export function reportGenerators(plan: Plan, summary: Summary): Report['generators'] {
  // 120 legs of 1,000 shards are looked through once, not once a shard.
  const byShard = Map.groupBy(summary.generators, one => one.shard)
  const lostShards = new Set(summary.lost.map(one => one.shard))
  return Array.from({ length: plan.shardCount }, (_, shard) => {
    const legs = byShard.get(shard) ?? []
    const lost = legs.length === 0 || lostShards.has(shard)
    const worst = <Key extends keyof Worst>(key: Key) => optional(key, largest(legs.map(one => one[key])))
    const lateStarts = legs.reduce((sum, one) => sum + (one.late?.starts ?? 0), 0)
    return {
      shard,
      ...worst('cpuShare'),
      ...worst('cpuMaxShare'),
      ...worst('waitShare'),
      ...worst('gcShare'),
      ...worst('gcMaxMs'),
      ...worst('loopLagMaxMs'),
      latenessMs: latencyFigures(mergedHistogram(legs.map(one => one.lateness))),
      ...(lateStarts === 0 ? {} : { lateStarts }),
      ...worst('startSkewMs'),
      ...optional('startSkewBoundMs', mostSkewed(legs)?.startSkewBoundMs),
      connectionsMax: largest(legs.map(one => one.connectionsMax)) ?? 0,
      ...worst('descriptorsMax'),
      ...worst('portsWaitingMax'),
      state: lost ? 'lost' : worstState(legs),
    }
  })
}

/** Figures of which the largest of a shard's legs stands for all. */
type Worst = Pick<
  GeneratorHealth,
  | 'cpuShare'
  | 'cpuMaxShare'
  | 'waitShare'
  | 'gcShare'
  | 'gcMaxMs'
  | 'loopLagMaxMs'
  | 'startSkewMs'
  | 'descriptorsMax'
  | 'portsWaitingMax'
>

function optional<Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: sixDigits(value) } as { readonly [K in Key]: number })
}

/** By size: a generator may be early as well as late. */
function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0]
}

function mostSkewed(legs: readonly GeneratorHealth[]): GeneratorHealth | undefined {
  const skew = ({ startSkewMs = 0 }: GeneratorHealth) => Math.abs(startSkewMs)
  return legs.toSorted((a, b) => skew(b) - skew(a))[0]
}

function worstState(legs: readonly GeneratorHealth[]): string {
  const states = ['lease lost', 'aborted', 'finished'] as const
  return states.find(state => legs.some(leg => leg.state === state)) ?? 'finished'
}
