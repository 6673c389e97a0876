import type { LiveFigures } from '../measure/snapshot.ts'

/** One second of the course of a run. */
export type ProgressPoint = { readonly second: number; readonly ratePerSecond: number; readonly failures: number }

/** What the curve of the last minute is drawn from, oldest first. */
export type ProgressHistory = readonly ProgressPoint[]

const MOST_SECONDS = 60

/** The history with the latest figures in it: the last of each second stands, and seconds older than a minute go. */
export function remembered(history: ProgressHistory, live: LiveFigures): ProgressHistory {
  const second = Math.floor(live.atMs / 1000)
  const point = { second, ratePerSecond: live.ratePerSecond, failures: live.failures }
  return [...history.filter(one => one.second < second && one.second > second - MOST_SECONDS), point]
}

/** Requests a second for each of the last `seconds` seconds; undefined where nothing was seen. */
export function recentRates(history: ProgressHistory, seconds: number): readonly (number | undefined)[] {
  const last = history.at(-1)?.second ?? 0
  const bySecond = new Map(history.map(one => [one.second, one.ratePerSecond]))
  return Array.from({ length: seconds }, (_, at) => bySecond.get(last - seconds + 1 + at))
}

/** Failures that were added in each of the last `seconds` seconds; undefined where nothing was seen before. */
export function recentFailures(history: ProgressHistory, seconds: number): readonly (number | undefined)[] {
  const last = history.at(-1)?.second ?? 0
  const added = new Map<number, number>()
  history.forEach((one, at) => {
    const before = history[at - 1]
    if (before !== undefined) added.set(one.second, Math.max(0, one.failures - before.failures))
  })
  return Array.from({ length: seconds }, (_, at) => added.get(last - seconds + 1 + at))
}
