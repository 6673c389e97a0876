/** A target that answers `delayMs` after the arrival, and stands still for `stallMs` at `firstMs`, then every `periodMs`. */
export type Stalls = {
  readonly delayMs: number
  readonly stallMs: number
  readonly periodMs: number
  readonly firstMs: number
}

/** A target with so many workers that take `serviceMs` each, in the order of arrival. */
export type Queue = { readonly workers: number; readonly serviceMs: number }

/** A stretch of time in which a target did nothing, ms. */
export type Standstill = { readonly beginMs: number; readonly endMs: number }

/**
 * Response times that follow from the arrivals and from when the target stood still: what arrives meanwhile is seen at the
 * end, and what is due meanwhile is answered then. Standstills come in any order, and may overlap.
 */
export function stalledResponsesMs(
  arrivalsMs: readonly number[],
  delayMs: number,
  standstills: readonly Standstill[],
): readonly number[] {
  const after = (atMs: number) =>
    standstills.reduce(
      (latest, { beginMs, endMs }) => (beginMs <= atMs && atMs < endMs ? Math.max(latest, endMs) : latest),
      atMs,
    )
  return arrivalsMs.map(at => after(after(at) + delayMs) - at)
}

/** When the rule has the target stand still, up to an instant. */
export function standstillsOf({ stallMs, periodMs, firstMs }: Stalls, untilMs: number): readonly Standstill[] {
  const count = Math.max(0, Math.ceil((untilMs - firstMs) / periodMs))
  return Array.from({ length: count }, (_, i) => {
    const beginMs = firstMs + i * periodMs
    return { beginMs, endMs: beginMs + stallMs }
  })
}

/** The instant at which a target that stalls by the rule does what is due at `atMs`. */
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
