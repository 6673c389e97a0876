import type { Histogram } from './histogram.ts'
import { highestEquivalentUs } from './histogram-geometry.ts'
import { rankOf } from './percentile-rank.ts'

/**
 * The percentile of what is left of `all` without `part`, whose values must all be among them, in µs: the same as that of
 * the other parts merged, but for one walk a part instead of a merge. 0 where nothing is left.
 */
export function percentileWithout(all: Histogram, part: Histogram, percentile: number): number {
  const count = all.count - part.count
  if (count === 0) return 0
  const rank = rankOf(percentile, count)
  let seen = 0
  let found = 0
  all.forEachCount((index, own) => {
    if (seen >= rank) return
    const rest = own - part.countAt(index)
    seen += rest
    if (rest > 0) found = index
  })
  return Math.min(highestEquivalentUs(all.geometry, found), all.maxUs)
}
