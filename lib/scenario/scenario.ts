import type { DataRow, DataSet } from './data-set.ts'
import type { JsonValue } from './json.ts'
import type { LoadPhase } from './load-phase.ts'
import type { Step } from './step.ts'
import type { Threshold } from './threshold.ts'

/** How a generator waits for the instants of its schedule: the more exactly, the more of a core it takes. */
export type Pacing = 'precise' | 'default' | 'frugal'

/** How connections are made and answers are awaited. */
export type HttpOptions = {
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  readonly redirects: number
  readonly keepAlive: boolean
  /** `fast` is Squall's own HTTP/1.1 dispatcher, `undici` the library's; absent: chosen by the plan. */
  readonly dispatcher?: 'undici' | 'fast'
  readonly version: '1.1' | '2'
  /** One connection a user, or a pool of so many a generator. */
  readonly connections: 'per-user' | { readonly pooled: number }
  readonly proxy?: string
  /** Addresses of this machine that connections come from, in turn; absent: the system chooses. Each has ports of its own. */
  readonly localAddresses?: readonly string[]
  readonly tls: {
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
    readonly servername?: string
    readonly insecure: boolean
  }
}

export type Flow = {
  readonly name: string
  readonly weight: number
  /** Run once a user, before its first iteration. */
  readonly start: readonly Step[]
  readonly steps: readonly Step[]
}

/** Load phases in order and the flows that share them. The flows without a load of their own share the first track. */
export type Track = {
  /** `main`, or the name of the flow whose own load it is. */
  readonly name: string
  readonly flows: readonly { readonly flow: string; readonly weight: number }[]
  /** What the weights share in closed phases: users (the default), or each user's iterations. */
  readonly mix: 'user' | 'iteration'
  readonly phases: readonly LoadPhase[]
}

/**
 * What the user wrote, read, checked and resolved: environment, variables, includes, snippets and defaults are in place.
 * Plain JSON, so that it travels to every generator as it is.
 */
export type Scenario = {
  readonly schema: 'squall.scenario.v1'
  readonly name: string
  /** Absolute http or https URL. Its path is kept: `http://h/api` + `/x` = `/api/x`. */
  readonly target: string
  readonly environment?: string
  readonly labels: Readonly<Record<string, string>>
  readonly vars: Readonly<Record<string, JsonValue>>
  /** Only the variables that the scenario names, resolved where the run was started. */
  readonly env: Readonly<Record<string, string>>
  /** Names under `secret.`; their values are in no artifact. */
  readonly secrets: readonly string[]
  readonly http: HttpOptions
  readonly tracks: readonly Track[]
  readonly drainMs: number
  /** Absent: `default`. */
  readonly pacing?: Pacing
  readonly data: readonly DataSet[]
  readonly flows: readonly Flow[]
  readonly before: readonly Step[]
  readonly after: readonly Step[]
  readonly thresholds: readonly Threshold[]
  /** Judge by the 95 % interval instead of the figure. */
  readonly strict: boolean
  readonly budgetUsd?: number
  /** Written seed; absent: the run draws one. */
  readonly seed?: number
}

/** What stands beside the scenario and is too big to be part of it: bodies by path, rows by data set. */
export type Attachments = {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly rows: ReadonlyMap<string, readonly DataRow[]>
}
