import type { Plan } from '../plan/plan.ts'
import { Histogram } from './histogram.ts'
import { ONE_DIGIT } from './histogram-geometry.ts'
import { type LiveObservation, liveObservations, mergeLiveObservations } from './live-observation.ts'
import type { Measurements } from './measurements.ts'
import { observedPercentile } from './percentile-rank.ts'

/** Error kinds that a snapshot names; with 100 characters each they take 2 KB. */
const MOST_KINDS = 20
const LONGEST_KIND = 100
/** A snapshot that is older than the newest by more than this says nothing about the rate now. */
const RECENT_MS = 10_000

/** The run as it stands, from the shards' latest snapshots. Warm-up included. */
export type LiveFigures = {
  /** The newest of the snapshots' instants, ms from the start of the load. */
  readonly atMs: number
  /** Shards whose own snapshots are among them. */
  readonly shards: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  /** Over the last five seconds. */
  readonly ratePerSecond: number
  /** Response times since the start, to within 6.3 %; absent where not observed. */
  readonly p50Ms?: number
  readonly p95Ms?: number
  readonly p99Ms?: number
  readonly started: number
  readonly missed: number
  readonly interrupted: number
  /** Of requests and answers that have ended, over the network, heads included. */
  readonly bytesSent: number
  readonly bytesReceived: number
  /** The most frequent kinds first, at most 20. */
  readonly errors: readonly (readonly [string, number])[]
  /** What the abort thresholds are watched by. */
  readonly abort: readonly LiveObservation[]
}

type Snapshot = {
  readonly schema: 'squall.snapshot.v2'
  /** Absent where it stands for shards whose leg is over. */
  readonly shard?: number
  readonly atMs: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  readonly ratePerSecond: number
  readonly started: number
  readonly missed: number
  readonly interrupted: number
  readonly bytesSent: number
  readonly bytesReceived: number
  /** Bucket, count, bucket, count ... at one significant digit. */
  readonly times: readonly number[]
  readonly maxUs: number
  readonly errors: readonly (readonly [string, number])[]
  readonly abort: readonly LiveObservation[]
}

/** One shard's cumulative live figures as bytes, at most 16 KB: totals, and what the abort thresholds need. */
export function encodeSnapshot(
  measurements: Measurements,
  plan: Plan,
  atUs: number,
  activeUsers: number,
  shard: number,
): Uint8Array {
  const all = new Histogram(ONE_DIGIT)
  let requests = 0
  let failures = 0
  for (const interval of measurements.intervals.list) {
    if (interval === undefined) continue
    requests += interval.count
    failures += interval.failures
    all.add(interval.times)
  }
  let started = 0
  let missed = 0
  for (const phase of plan.phases) {
    started += measurements.arrivals(phase.index)?.started ?? 0
    missed += measurements.arrivals(phase.index)?.missed ?? 0
  }
  const times: number[] = []
  all.forEachCount((index, count) => times.push(index, count))
  const snapshot: Snapshot = {
    schema: 'squall.snapshot.v2',
    shard,
    atMs: Math.round(atUs / 1000),
    users: activeUsers,
    requests,
    failures,
    ratePerSecond: measurements.recent.perSecond(atUs),
    started,
    missed,
    interrupted: measurements.interrupted,
    ...transferredBytes(measurements),
    times,
    maxUs: all.maxUs,
    errors: mostFrequent(errorCounts(measurements)),
    abort: liveObservations(measurements),
  }
  return new TextEncoder().encode(JSON.stringify(snapshot))
}

/** Adds the latest snapshots of all shards of all legs. Throws an Error for bytes that are not snapshots. */
export function mergeSnapshots(snapshots: readonly Uint8Array[], _plan: Plan): LiveFigures {
  const parts = snapshots.map(read)
  const { times, ...sums } = addSnapshots(parts)
  return {
    shards: new Set(parts.flatMap(({ shard }) => (shard === undefined ? [] : [shard]))).size,
    ...sums,
    ...percentileMs('p50Ms', times, 50),
    ...percentileMs('p95Ms', times, 95),
    ...percentileMs('p99Ms', times, 99),
  }
}

/**
 * One snapshot in the place of those of legs that are over, so that a watcher need not read them again: to merge it is to
 * merge them, but for the rate and the users, which are none.
 */
export function foldSnapshots(snapshots: readonly Uint8Array[]): Uint8Array {
  const { times, ...sums } = addSnapshots(snapshots.map(read))
  const counts: number[] = []
  times.forEachCount((index, count) => counts.push(index, count))
  const folded: Snapshot = {
    schema: 'squall.snapshot.v2',
    ...sums,
    users: 0,
    ratePerSecond: 0,
    times: counts,
    maxUs: times.maxUs,
  }
  return new TextEncoder().encode(JSON.stringify(folded))
}

function addSnapshots(parts: readonly Snapshot[]) {
  const atMs = Math.max(0, ...parts.map(part => part.atMs))
  const times = new Histogram(ONE_DIGIT)
  const kinds = new Map<string, number>()
  for (const part of parts) {
    let count = 0
    for (let i = 0; i + 1 < part.times.length; i += 2) {
      times.addAt(part.times[i] as number, part.times[i + 1] as number)
      count += part.times[i + 1] as number
    }
    times.addTotals(count, 0, 0, part.maxUs, 0)
    for (const [kind, errors] of part.errors) kinds.set(kind, (kinds.get(kind) ?? 0) + errors)
  }
  const total = (figure: (part: Snapshot) => number) => parts.reduce((sum, part) => sum + figure(part), 0)
  return {
    atMs,
    users: total(part => part.users),
    requests: total(part => part.requests),
    failures: total(part => part.failures),
    ratePerSecond: total(part => (part.atMs >= atMs - RECENT_MS ? part.ratePerSecond : 0)),
    times,
    started: total(part => part.started),
    missed: total(part => part.missed),
    interrupted: total(part => part.interrupted),
    bytesSent: total(part => part.bytesSent),
    bytesReceived: total(part => part.bytesReceived),
    errors: mostFrequent(kinds),
    abort: mergeLiveObservations(parts.flatMap(part => part.abort)),
  }
}

function read(bytes: Uint8Array): Snapshot {
  const snapshot = JSON.parse(new TextDecoder().decode(bytes)) as Snapshot
  if (snapshot.schema !== 'squall.snapshot.v2') {
    throw new Error(`a ${snapshot.schema}, where this version of Squall reads squall.snapshot.v2`)
  }
  return snapshot
}

function percentileMs<Key extends 'p50Ms' | 'p95Ms' | 'p99Ms'>(key: Key, times: Histogram, percentile: number) {
  const us = observedPercentile(times, percentile)
  return us === undefined ? {} : ({ [key]: us / 1000 } as { readonly [K in Key]: number })
}

function transferredBytes(measurements: Measurements): Pick<Snapshot, 'bytesSent' | 'bytesReceived'> {
  let bytesSent = 0
  let bytesReceived = 0
  for (const phase of measurements.plan.phases) {
    for (const [request] of measurements.plan.requestNames.entries()) {
      const figures = measurements.figures(phase.index, request)
      bytesSent += figures?.bytesSent ?? 0
      bytesReceived += figures?.bytesReceived ?? 0
    }
  }
  return { bytesSent, bytesReceived }
}

function errorCounts(measurements: Measurements): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>()
  for (const phase of measurements.plan.phases) {
    for (const [request] of measurements.plan.requestNames.entries()) {
      const errors = measurements.figures(phase.index, request)?.errors.byKind.values() ?? []
      for (const { kind, count } of errors) {
        const name = kind.slice(0, LONGEST_KIND)
        kinds.set(name, (kinds.get(name) ?? 0) + count)
      }
    }
  }
  return kinds
}

function mostFrequent(kinds: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_KINDS)
}
