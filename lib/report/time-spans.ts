/** A stretch of the load, ms from its start. */
export type TimeSpan = { readonly fromMs: number; readonly toMs: number }

/** Length of what the spans cover together: phases of several tracks that run side by side count once. */
export function coveredMs(spans: readonly TimeSpan[]): number {
  let covered = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    covered += Math.max(0, toMs - Math.max(fromMs, end))
    end = Math.max(end, toMs)
  }
  return covered
}
