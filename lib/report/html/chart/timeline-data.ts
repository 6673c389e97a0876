/** A column of figures by interval; null: not measured. */
export type Column = readonly (number | null)[]

/** The run over time in columns, all of one length: compact as JSON, and what every chart over time draws from. */
export type TimelineData = {
  readonly intervalMs: number
  /** End of the last interval, from the start of the load. */
  readonly endMs: number
  readonly startMs: readonly number[]
  readonly users: Column
  readonly count: Column
  readonly failures: Column
  readonly offered: Column
  readonly p50: Column
  readonly p95: Column
  readonly p99: Column
  readonly max: Column
  readonly phases: readonly TimelinePhase[]
  /** Limits on the whole run's response time, drawn where the axis reaches them. */
  readonly limits: readonly { readonly text: string; readonly ms: number }[]
  readonly requests: readonly RequestTimeline[]
}

export type TimelinePhase = {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  readonly warmup: boolean
}

export type RequestTimeline = {
  readonly name: string
  readonly count: Column
  readonly failures: Column
  readonly mean: Column
  readonly max: Column
}

/** A part of the run, and how to show it. */
export type TimelineView = {
  readonly width: number
  readonly fromMs: number
  readonly toMs: number
  readonly logarithmic: boolean
  /** Latency lines that are shown, of `LATENCY_LINES`. */
  readonly lines: readonly LatencyLine[]
}

export const LATENCY_LINES = ['p50', 'p95', 'p99', 'max'] as const
export type LatencyLine = (typeof LATENCY_LINES)[number]

/**
 * The lines shown until the reader chooses others: p50, p95 and p99, or the maximum where fewer than half of the
 * intervals with requests have the 100 answers that a p99 needs, since single dots of it say little.
 */
export function firstLines(data: Pick<TimelineData, 'count' | 'p99'>): readonly LatencyLine[] {
  const busy = data.count.filter(count => (count ?? 0) > 0).length
  const observed = data.p99.filter(p99 => p99 !== null).length
  return observed * 2 >= busy ? ['p50', 'p95', 'p99'] : ['p50', 'p95', 'max']
}

/** Length of interval i in ms: the last one ends with the run. */
export function intervalLengthMs(data: TimelineData, index: number): number {
  const start = data.startMs[index] ?? 0
  return Math.max(1, Math.min(data.intervalMs, data.endMs - start))
}

/** Places of the intervals that lie in the view. */
export function visibleIntervals(data: TimelineData, view: Pick<TimelineView, 'fromMs' | 'toMs'>): number[] {
  const places: number[] = []
  data.startMs.forEach((start, index) => {
    if (start + intervalLengthMs(data, index) > view.fromMs && start < view.toMs) places.push(index)
  })
  return places
}

/** Place of the interval that covers an instant, or the nearest one; -1 without intervals. */
export function intervalAt(data: TimelineData, atMs: number): number {
  let nearest = -1
  let distance = Number.POSITIVE_INFINITY
  data.startMs.forEach((start, index) => {
    const away = Math.abs(start + intervalLengthMs(data, index) / 2 - atMs)
    if (away < distance) {
      distance = away
      nearest = index
    }
  })
  return nearest
}
