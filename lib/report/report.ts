import type { Finding } from '../judge/finding.ts'
import type { ThresholdResult } from '../judge/threshold-result.ts'
import type { TrustCheck } from '../judge/trust-check.ts'
import type { VerdictResult } from '../judge/verdict.ts'

export type { Finding } from '../judge/finding.ts'
export type { ThresholdResult } from '../judge/threshold-result.ts'
export type { TrustCheck } from '../judge/trust-check.ts'

/** Percentiles and moments of a latency, in ms. Absent percentiles were not observed: p99 needs 100 samples. */
export type LatencyFigures = {
  readonly samples: number
  readonly min?: number
  readonly mean?: number
  readonly stddev?: number
  readonly p50?: number
  readonly p66?: number
  readonly p75?: number
  readonly p80?: number
  readonly p90?: number
  readonly p95?: number
  readonly p98?: number
  readonly p99?: number
  readonly 'p99.9'?: number
  readonly 'p99.99'?: number
  readonly max?: number
  /** 95 % confidence intervals by percentile, from binomial order statistics. */
  readonly ci95?: Readonly<Record<string, readonly [number, number]>>
}

export type ErrorFigures = {
  readonly kind: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  readonly sample: string
}

export type ReportFigures = {
  readonly count: number
  readonly failures: number
  /** 0 to 1; absent for no requests. */
  readonly failureRate?: number
  readonly ratePerSecond?: number
  readonly retried: number
  readonly statuses: Readonly<Record<string, number>>
  readonly errors: readonly ErrorFigures[]
  readonly checks: Readonly<Record<string, { readonly pass: number; readonly fail: number }>>
  readonly responseTimeMs: LatencyFigures
  readonly successTimeMs: LatencyFigures
  readonly failedTimeMs: LatencyFigures
  readonly serviceTimeMs: LatencyFigures
  readonly connectMs?: LatencyFigures
  readonly tlsMs?: LatencyFigures
  readonly firstByteMs: LatencyFigures
  readonly bytesReceived: number
  readonly bytesSent: number
}

export type IntervalFigures = {
  readonly startMs: number
  readonly users: number
  readonly count: number
  readonly failures: number
  /** Arrivals or iterations that were due in the interval, where the schedule says; absent in closed phases. */
  readonly offered?: number
  readonly responseTimeMs: {
    readonly p50?: number
    readonly p95?: number
    readonly p99?: number
    readonly max?: number
  }
  /** Of the generators themselves: the worst of them, their connections and late starts together. */
  readonly generator?: {
    readonly cpuShare?: number
    readonly waitShare?: number
    readonly loopLagMs: number
    readonly gcMs: number
    readonly connections: number
    readonly descriptors?: number
    readonly portsWaiting?: number
    readonly lateStarts: number
  }
  /** By request name, only names with requests in the interval; of more than 100 names the run's most frequent. */
  readonly requests?: readonly {
    readonly name: string
    readonly count: number
    readonly failures: number
    readonly meanMs?: number
    readonly maxMs?: number
  }[]
}

/** US dollars, by list prices: what the plan was thought to cost, and what was used, item by item. */
export type ReportCost = {
  readonly estimateUsd: number
  /** Absent where no generator has told what it used. */
  readonly actualUsd?: number
  readonly region: string
  /** ISO date of the prices. */
  readonly priceDate: string
  /** Of what was used, or else of the estimate; the greatest first. */
  readonly items: readonly {
    readonly name: string
    readonly quantity: number
    readonly unit: string
    readonly unitUsd: number
    readonly usd: number
  }[]
}

/** The run as scripts and CI read it: `squall.report.v1`. Shares are 0 to 1, instants ms from the start of the load, dates ISO UTC. */
export type Report = {
  readonly schema: 'squall.report.v1'
  readonly run: {
    readonly id: string
    readonly scenario: string
    readonly scenarioHash: string
    readonly version: string
    readonly command: string
    readonly environment?: string
    readonly labels: Readonly<Record<string, string>>
    readonly target: string
    readonly startedAt: string
    readonly endedAt: string
    readonly durationMs: number
    readonly judgedMs: number
    readonly intervalMs: number
    readonly generatorCount: number
    readonly seed: number
    /** What sent the requests: `undici 8 over HTTP/1.1, one connection a user`. */
    readonly dispatcher: string
  }
  readonly verdict: {
    readonly result: VerdictResult
    readonly reasons: readonly string[]
    readonly thresholds: readonly ThresholdResult[]
  }
  readonly total: ReportFigures
  readonly warmup?: ReportFigures
  readonly requests: readonly ({ readonly name: string } & ReportFigures)[]
  readonly flows: readonly {
    readonly name: string
    readonly iterations: number
    readonly failures: number
    readonly durationMs: LatencyFigures
  }[]
  readonly phases: readonly {
    readonly name: string
    readonly text: string
    readonly startMs: number
    readonly durationMs: number
    /** Its length in the plan, where the load was stopped before its end. */
    readonly plannedMs?: number
    /** What `model` does not tell apart: pauses, fixed numbers of iterations, and the drain after the load. */
    readonly kind?: 'open' | 'closed' | 'iterations' | 'pause' | 'drain'
    readonly model: 'open' | 'closed'
    readonly warmup: boolean
    readonly total: ReportFigures
    readonly requests: readonly ({ readonly name: string } & ReportFigures)[]
  }[]
  readonly arrivals: {
    readonly planned?: number
    readonly started: number
    /** Cut off by the end of the drain or a stop, between requests as well as in one; absent in reports of before it was counted. */
    readonly interrupted?: number
    readonly missed: number
    /** Why iterations were missed: `late`, `maxUsers`, `data`, `time`. */
    readonly missedBy: Readonly<Record<string, number>>
    readonly latenessMs: LatencyFigures
  }
  /** Requests. */
  readonly interrupted: number
  readonly lost: readonly {
    readonly leg: number
    readonly shard: number
    readonly share: number
    readonly cause: string
  }[]
  readonly intervals: readonly IntervalFigures[]
  /** Response times of judged phases by logarithmic bands, for a picture of the distribution. */
  readonly distribution: readonly {
    readonly fromMs: number
    readonly toMs: number
    readonly successes: number
    readonly failures: number
  }[]
  readonly generators: readonly {
    readonly shard: number
    readonly cpuShare?: number
    /** In its busiest second. */
    readonly cpuMaxShare?: number
    /** Ready to run, while other threads had the cores. */
    readonly waitShare?: number
    readonly gcShare?: number
    readonly gcMaxMs?: number
    readonly loopLagMaxMs?: number
    readonly latenessMs: LatencyFigures
    /** Scheduled starts more than 10 ms late. */
    readonly lateStarts?: number
    readonly startSkewMs?: number
    /** The true skew lies at most so far from it. */
    readonly startSkewBoundMs?: number
    readonly connectionsMax: number
    readonly descriptorsMax?: number
    /** Connections of its machine that held a local port after their end. */
    readonly portsWaitingMax?: number
    readonly state: string
  }[]
  /** What the figures rest on: questions that the run answers about itself. */
  readonly trust?: readonly TrustCheck[]
  readonly findings: readonly Finding[]
  /** Absent for a run on the user's own machine. */
  readonly cost?: ReportCost
}
