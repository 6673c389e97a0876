const INTERVALS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000]
const MOST_INTERVALS = 720

/**
 * Length of the intervals in which figures over time are kept: the smallest of 1, 2, 5, 10, 20, 30, 60 and 120 s that
 * gives at most 720 of them. A run of 24 hours and its drain has 120 s all the same.
 */
export function intervalMs(runMs: number): number {
  return INTERVALS_MS.find(length => Math.ceil(runMs / length) <= MOST_INTERVALS) ?? 120_000
}
