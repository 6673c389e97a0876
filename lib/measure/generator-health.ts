import type { Histogram } from './histogram.ts'

/** What a generator knows of itself: whether its numbers can be believed. */
export type GeneratorHealth = {
  readonly leg: number
  readonly shard: number
  readonly state: 'finished' | 'aborted' | 'lease lost'
  readonly reason?: string
  /** Share of one core spent on work, 0 to 1. */
  readonly cpuShare?: number
  /** Its start less the plan's. */
  readonly startSkewMs?: number
  readonly connectionsMax: number
  /** Actual start of iterations less the intended one. */
  readonly lateness: Histogram
  readonly loopLagMaxMs?: number
  /** `undici 8 over HTTP/1.1, one connection a user`. */
  readonly dispatcher: string
  /** Epoch ms of the load's start. */
  readonly startedAtMs: number
  /** From the start of the load, where it was cut short. */
  readonly stoppedAtMs?: number
  /** The generator's own faults, such as EMFILE and EADDRINUSE. */
  readonly faults?: readonly { readonly kind: string; readonly count: number }[]
}
