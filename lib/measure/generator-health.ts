import type { ArrivalGaps } from './arrival-gaps.ts'
import type { Histogram } from './histogram.ts'

/** A start that is later than this is counted as late: below it is the scheduling noise of an operating system. */
export const LATE_START_US = 10_000

/** What a generator knows of itself: whether its numbers can be believed. By interval it is in the measurements. */
export type GeneratorHealth = {
  readonly leg: number
  readonly shard: number
  readonly state: 'finished' | 'aborted' | 'lease lost'
  readonly reason?: string
  /** Share of one core spent on work, 0 to 1. */
  readonly cpuShare?: number
  /** The same in the busiest second. */
  readonly cpuMaxShare?: number
  /** Share of the time spent ready to run while other threads had the cores, 0 to 1; Linux tells. */
  readonly waitShare?: number
  /** Share of the time spent in garbage collection, and its longest pause. */
  readonly gcShare?: number
  readonly gcMaxMs?: number
  /** Its start less the plan's, by the store's clock where that is known. */
  readonly startSkewMs?: number
  /** The true skew lies at most so far from it; absent where only the generator's own clock is known. */
  readonly startSkewBoundMs?: number
  readonly connectionsMax: number
  /** Open in its process; Linux tells. */
  readonly descriptorsMax?: number
  /** Connections of its machine that held a local port after their end; Linux tells. */
  readonly portsWaitingMax?: number
  /** Actual start less the intended one, of all iterations that this generator started. */
  readonly lateness: Histogram
  /** The seconds in which scheduled starts came later than `LATE_START_US`; absent where none did. */
  readonly late?: LateSeconds
  /** How the starts of judged open phases followed one another; absent where there were none. */
  readonly gaps?: ArrivalGaps
  readonly loopLagMaxMs?: number
  /** `undici 8 over HTTP/1.1, one connection a user`. */
  readonly dispatcher: string
  /** Epoch ms of the load's start. */
  readonly startedAtMs: number
  /** From the start of the load to the end of its last iteration, or its cutting off; absent in older artifacts. */
  readonly endedAtMs?: number
  /** From the start of the load, where it was cut short. */
  readonly stoppedAtMs?: number
  /** What it has used of the services that are billed; absent where nothing is. */
  readonly usage?: GeneratorUsage
  /** The generator's own faults, such as EMFILE and EADDRINUSE. */
  readonly faults?: readonly { readonly kind: string; readonly count: number }[]
}

/** For the actual cost of a run in the cloud. */
export type GeneratorUsage = {
  /** From the first reading of its control item to its last snapshot. */
  readonly ranMs: number
  readonly controlReads: number
  readonly snapshots: number
}

/** What was going on while starts were late: which resource had run out. Shares are means over those seconds. */
export type LateSeconds = {
  readonly starts: number
  readonly seconds: number
  readonly cpuShare?: number
  readonly waitShare?: number
  readonly gcShare: number
  readonly loopLagMaxMs: number
}
