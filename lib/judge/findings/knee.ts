import type { Figures } from '../../measure/figures.ts'
import { figuresIn } from '../../measure/merged-figures.ts'
import type { PlannedPhase } from '../../plan/plan.ts'
import type { WeighedFinding } from '../finding.ts'
import { formatMs, formatRate, plural } from '../format-figure.ts'
import { type Moment, median, type RunFacts } from './run-facts.ts'

const BINS = 10
/** An open phase of whose requests so many were answered before its end has not queued. */
const SERVED_SHARE = 0.9

/**
 * The knee: the number of users beyond which more of them bring no more throughput, only longer answers. Intervals are
 * put into bins by users; the knee is the first bin that reaches 90 % of the best rate of successes, and it is one if half
 * as many users again bring at most 15 % more while their answers take half as long again (Little's law: users = rate x
 * time, so with a flat rate the time grows with the users). Where they bring less than half, the target does not queue: it
 * fails, or has stopped to answer, and it is users who wait for it that became more.
 */
export function knee(facts: RunFacts): readonly WeighedFinding[] {
  const served = facts.plan.phases.filter(phase => phase.kind === 'open' && isServed(facts, phase))
  const bins = binsOf(facts.moments.filter(({ fromMs }) => !served.some(phase => isIn(phase, fromMs))))
  const best = Math.max(0, ...bins.map(bin => bin.perSecond))
  const at = bins.find(bin => bin.perSecond >= 0.9 * best)
  const last = bins.at(-1)
  if (at === undefined || last === undefined || best === 0) return []
  if (last.users < 1.5 * at.users || last.meanMs < 1.5 * at.meanMs) return []
  if (last.perSecond > 1.15 * at.perSecond || last.perSecond < 0.5 * at.perSecond) return []
  const rate = formatRate(at.perSecond)
  return [
    {
      kind: 'knee',
      title: `Knee near ${plural(Math.round(at.users), 'user')}: more users bring longer answers, not more of them`,
      confidence: bins.length >= 5 ? 'high' : 'medium',
      evidence: [
        `${plural(Math.round(at.users), 'user')}: ${rate}, mean ${formatMs(at.meanMs)}`,
        `${plural(Math.round(last.users), 'user')}: ${formatRate(last.perSecond)}, mean ${formatMs(last.meanMs)}`,
      ],
      advice: `The target serves about ${rate}; beyond that requests wait in its queue. Find what is at its limit there (processor, workers, connection pool, a lock) before adding users.`,
      weight: 0.5,
    },
  ]
}

/**
 * Whether an open phase got its answers at the rate of its own arrivals. Its rate is flat then because no more was sent, and
 * its users are as many as the answers took time: they are an effect, and nothing is learnt of more of them.
 */
function isServed({ summary }: RunFacts, { index }: PlannedPhase): boolean {
  const figures = figuresIn(summary.measurements, [index])
  const sum = (of: (one: Figures) => number) => figures.reduce((total, one) => total + of(one), 0)
  return sum(one => one.answered) >= SERVED_SHARE * sum(one => one.count)
}

function isIn({ startMs, durationMs }: PlannedPhase, atMs: number): boolean {
  return atMs >= startMs && atMs < startMs + durationMs
}

type Bin = { readonly users: number; readonly perSecond: number; readonly meanMs: number }

function binsOf(moments: readonly Moment[]): readonly Bin[] {
  const usable = moments.filter(moment => moment.users > 0 && moment.meanMs !== undefined)
  const fewest = Math.min(...usable.map(moment => moment.users))
  const most = Math.max(...usable.map(moment => moment.users))
  if (usable.length < 4 || most < 2 * fewest) return []
  const width = (most - fewest) / BINS
  const bins: Bin[] = []
  for (let i = 0; i < BINS; i++) {
    const own = usable.filter(({ users }) => Math.min(BINS - 1, Math.floor((users - fewest) / width)) === i)
    if (own.length === 0) continue
    bins.push({
      users: median(own.map(moment => moment.users)),
      perSecond: median(own.map(moment => moment.successesPerSecond)),
      meanMs: median(own.map(moment => moment.meanMs ?? 0)),
    })
  }
  return bins
}
