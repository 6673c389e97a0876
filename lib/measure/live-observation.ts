import type { Threshold } from '../scenario/threshold.ts'
import { highestEquivalentUs } from './histogram-geometry.ts'
import type { Measurements } from './measurements.ts'
import type { Observation } from './observation.ts'
import { observeWhole } from './observe.ts'

/** Observations in one snapshot, some 150 bytes each. Abort thresholds beyond them are judged at the end only. */
const MOST_OBSERVATIONS = 40
/** Latest windows of an abort threshold that a snapshot holds at most; the watcher looks every few seconds. */
const MOST_WINDOWS = 20

/**
 * What one abort threshold is watched by: numbers alone, so that a snapshot stays small and merging is adding. A
 * percentile needs no histogram here: it keeps its limit if enough values do, and `within` counts those, as exactly as
 * the histogram tells them apart.
 */
export type LiveObservation = {
  /** Place in the scenario's thresholds. */
  readonly threshold: number
  /** Number of the window; 0 for thresholds without `every`. */
  readonly window: number
  readonly count: number
  readonly matched: number
  readonly sumUs: number
  readonly sumSquaresUs2: number
  readonly minUs: number
  readonly maxUs: number
  /** Latencies that, one by one, keep the limit. */
  readonly within: number
}

/** The latest observations of every abort threshold. */
export function liveObservations(measurements: Measurements): readonly LiveObservation[] {
  const observations: LiveObservation[] = []
  const watched = measurements.plan.scenario.thresholds.filter(threshold => threshold.abort).length
  const mostWindows = Math.max(1, Math.min(MOST_WINDOWS, Math.floor(MOST_OBSERVATIONS / Math.max(1, watched))))
  for (const [place, threshold] of measurements.plan.scenario.thresholds.entries()) {
    if (!threshold.abort) continue
    const windows = measurements.windows.find(candidate => candidate.threshold === threshold)
    if (windows === undefined) observations.push(live(place, 0, threshold, observeWhole(measurements, threshold)))
    else {
      const first = Math.max(0, windows.list.length - mostWindows)
      for (let index = first; index < windows.list.length; index++) {
        const window = windows.list[index]
        if (window !== undefined) observations.push(live(place, index, threshold, window))
      }
    }
  }
  return observations.slice(0, MOST_OBSERVATIONS)
}

export function mergeLiveObservations(all: readonly LiveObservation[]): readonly LiveObservation[] {
  const byPlace = new Map<string, LiveObservation>()
  for (const one of all) {
    const key = `${one.threshold} ${one.window}`
    const known = byPlace.get(key)
    byPlace.set(key, known === undefined ? one : sumOf(known, one))
  }
  return [...byPlace.values()].sort((a, b) => a.threshold - b.threshold || a.window - b.window)
}

/** Whether a single figure keeps a threshold's limit. */
export function keepsLimit(threshold: Pick<Threshold, 'operator' | 'limit'>, figure: number): boolean {
  switch (threshold.operator) {
    case '<':
      return figure < threshold.limit
    case '<=':
      return figure <= threshold.limit
    case '>':
      return figure > threshold.limit
    case '>=':
      return figure >= threshold.limit
    case '=':
      return figure === threshold.limit
    case '!=':
      return figure !== threshold.limit
  }
}

function live(place: number, window: number, threshold: Threshold, observation: Observation): LiveObservation {
  const { count, matched, times } = observation
  let within = 0
  times?.forEachCount((index, samples) => {
    const us = Math.min(highestEquivalentUs(times.geometry, index), times.maxUs)
    if (keepsLimit(threshold, us / 1000)) within += samples
  })
  const variance = times === undefined ? 0 : times.stddevUs ** 2
  return {
    threshold: place,
    window,
    count,
    matched,
    sumUs: times?.sumUs ?? 0,
    sumSquaresUs2: times === undefined ? 0 : times.count * (variance + times.meanUs ** 2),
    minUs: times === undefined || times.count === 0 ? Number.MAX_SAFE_INTEGER : times.minUs,
    maxUs: times?.maxUs ?? 0,
    within,
  }
}

function sumOf(a: LiveObservation, b: LiveObservation): LiveObservation {
  return {
    threshold: a.threshold,
    window: a.window,
    count: a.count + b.count,
    matched: a.matched + b.matched,
    sumUs: a.sumUs + b.sumUs,
    sumSquaresUs2: a.sumSquaresUs2 + b.sumSquaresUs2,
    minUs: Math.min(a.minUs, b.minUs),
    maxUs: Math.max(a.maxUs, b.maxUs),
    within: a.within + b.within,
  }
}
