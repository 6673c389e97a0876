import { percentileWithout } from '../../measure/percentile-without.ts'
import type { WeighedFinding } from '../finding.ts'
import { formatMs, formatShare } from '../format-figure.ts'
import type { RunFacts } from './run-facts.ts'

/** One request name whose p95 is at least three times that of all the others together, and 50 ms more. */
export function slowEndpoint({ names, total }: RunFacts): readonly WeighedFinding[] {
  if (names.length < 2) return []
  const all = total.response
  const found = names.flatMap(({ name, figures }) => {
    const own = figures.response
    if (own.count < 20 || all.count - own.count < 20) return []
    const ownMs = own.percentile(95) / 1000
    const restMs = percentileWithout(all, own, 95) / 1000
    return ownMs >= 3 * restMs && ownMs >= restMs + 50 ? [{ name, ownMs, restMs, count: figures.count }] : []
  })
  const slowest = found.toSorted((a, b) => b.ownMs / b.restMs - a.ownMs / a.restMs)[0]
  if (slowest === undefined) return []
  const { name, ownMs, restMs, count } = slowest
  return [
    {
      kind: 'slow endpoint',
      title: `${name} is slow: p95 ${formatMs(ownMs)}, ${Number((ownMs / Math.max(restMs, 0.001)).toPrecision(2))} times the others`,
      confidence: 'high',
      evidence: [
        `p95 of all other requests: ${formatMs(restMs)}`,
        `${formatShare(count / Math.max(1, total.count))} of the requests`,
      ],
      advice: `Look at what ${name} alone does: its queries, calls to other services, locks or hashing. The others show that the target as a whole keeps up.`,
      weight: 0.3,
    },
  ]
}
