import type { ErrorCount } from '../../measure/error-counts.ts'
import type { Figures } from '../../measure/figures.ts'
import { mergedFigures } from '../../measure/merged-figures.ts'
import type { Summary } from '../../measure/summary.ts'
import type { Plan } from '../../plan/plan.ts'

export type NameFacts = { readonly name: string; readonly figures: Figures }

/** One interval of the run in which requests ended. */
export type Moment = {
  readonly fromMs: number
  readonly users: number
  readonly requests: number
  readonly successesPerSecond: number
  readonly failureShare: number
  /** Mean response time; absent where nothing with a latency ended. */
  readonly meanMs?: number
}

/** What the rules of the findings look at, put together once. Warm-up counts: a fault is a fault. */
export type RunFacts = {
  readonly plan: Plan
  readonly summary: Summary
  readonly total: Figures
  /** Only names with requests. */
  readonly names: readonly NameFacts[]
  readonly moments: readonly Moment[]
}

export function runFacts(plan: Plan, summary: Summary): RunFacts {
  const phases = plan.phases.map(phase => phase.index)
  const names = plan.requestNames
    .map((name, request) => ({ name, figures: mergedFigures(summary.measurements, phases, request) }))
    .filter(({ figures }) => figures.count > 0 || figures.generatorFaults > 0)
  return { plan, summary, total: mergedFigures(summary.measurements, phases), names, moments: momentsOf(plan, summary) }
}

/** Errors whose kind satisfies the test, and the earliest and latest of them. */
export function errorsWhere(
  figures: Figures,
  accept: (kind: string) => boolean,
): {
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  readonly kinds: readonly ErrorCount[]
} {
  const kinds = figures.errors.sorted().filter(error => accept(error.kind))
  return {
    count: kinds.reduce((sum, error) => sum + error.count, 0),
    firstMs: Math.min(...kinds.map(error => error.firstUs / 1000)),
    lastMs: Math.max(...kinds.map(error => error.lastUs / 1000)),
    kinds,
  }
}

/** Answers with a status from `from` to `to`. */
export function answersWith(figures: Figures, from: number, to = from): number {
  let count = 0
  for (const [status, answers] of figures.statuses) if (status >= from && status <= to) count += answers
  return count
}

/** The names that hold most of something, as `POST /pay 9,892`. */
export function topNames(facts: RunFacts, countOf: (figures: Figures) => number): string {
  return facts.names
    .map(({ name, figures }) => ({ name, count: countOf(figures) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ name, count }) => `${name} ${count}`)
    .join(', ')
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/**
 * The interval in which the load ended is left out, as it was cut short: where the plan says when, and where a load ended
 * earlier, the last in which anything did.
 */
function momentsOf(plan: Plan, summary: Summary): readonly Moment[] {
  const seconds = plan.intervalMs / 1000
  const moments: Moment[] = []
  const { list } = summary.measurements.intervals
  const last = list.findLastIndex(interval => interval !== undefined && interval.count > 0)
  for (const [index, interval] of list.slice(0, Math.max(0, last)).entries()) {
    const fromMs = index * plan.intervalMs
    if (interval === undefined || interval.count === 0 || fromMs + plan.intervalMs > plan.loadMs) continue
    const { times } = interval
    moments.push({
      fromMs,
      users: interval.users,
      requests: interval.count,
      successesPerSecond: (interval.count - interval.failures) / seconds,
      failureShare: interval.failures / interval.count,
      ...(times.count === 0 ? {} : { meanMs: times.meanUs / 1000 }),
    })
  }
  return moments
}
