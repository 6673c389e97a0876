/** A target that answers `delayMs` after the arrival, and stands still for `stallMs` at `firstMs`, then every `periodMs`. */
export type Stalls = {
  readonly delayMs: number
  readonly stallMs: number
  readonly periodMs: number
  readonly firstMs: number
}

/** A target with so many workers that take `serviceMs` each, in the order of arrival. */
export type Queue = { readonly workers: number; readonly serviceMs: number }

/** Response times that follow from the arrivals: what arrives in a stall is seen at its end, what is due in one, answered then. */
export function stalledResponsesMs(arrivalsMs: readonly number[], stalls: Stalls): readonly number[] {
  return arrivalsMs.map(at => afterStall(afterStall(at, stalls) + stalls.delayMs, stalls) - at)
}

export function afterStall(atMs: number, { stallMs, periodMs, firstMs }: Stalls): number {
  if (atMs < firstMs) return atMs
  const beginMs = firstMs + Math.floor((atMs - firstMs) / periodMs) * periodMs
  return Math.max(atMs, beginMs + stallMs)
}

/** Response times of a queue that is never full (Lindley's recursion, by worker). */
export function queuedResponsesMs(arrivalsMs: readonly number[], { workers, serviceMs }: Queue): readonly number[] {
  const freeAt = new Float64Array(workers)
  return arrivalsMs.map(at => {
    const soonest = freeAt.indexOf(Math.min(...freeAt))
    const endMs = Math.max(at, freeAt[soonest] ?? 0) + serviceMs
    freeAt[soonest] = endMs
    return endMs - at
  })
}

/** The smallest value that at least p percent of the values do not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN
}
