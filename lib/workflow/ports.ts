import type { VerdictResult } from '../judge/verdict.ts'
import type { AllowList } from '../plan/allow-list.ts'
import type { Ceilings } from '../plan/ceilings.ts'
import type { LegTimes } from '../plan/plan-legs.ts'
import type { NetworkPath } from '../plan/run-usage.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { RunStore } from '../store/run-store.ts'
import type { Secrets } from './secrets.ts'

/** What is told to whoever waits for verdicts: EventBridge and SNS in the cloud, the command line locally. */
export type VerdictEvent = {
  runId: string
  scenario: string
  verdict: VerdictResult
  headline: string
  /** The schedule that started the run. */
  schedule?: string
}

/** What a run's cost is reckoned by. */
export type Pricing = { readonly region: string; readonly network: NetworkPath; readonly retentionDays: number }

/** How Plan cuts a run: on this machine one leg that begins when all are ready, in the cloud legs at fixed times. */
export type Planning =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'cloud'
      readonly legTimes: LegTimes
      readonly pricing: Pricing
      /** What no run may exceed; for Plan. */
      readonly ceilings?: Ceilings
    }

/** The world of the workflow's functions; everything else they do is decided by the core. */
export type Ports = {
  readonly objects: ObjectStore
  readonly runs: RunStore
  epochMs(): number
  /** Resolves early where the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Values of the secrets that the scenario names; absent names have none. */
  secrets(names: readonly string[]): Promise<Secrets>
  readonly planning: Planning
  /** Absent on the user's own machine, where the user decides. */
  readonly allow?: AllowList
  /** Means nothing without `allow`. */
  readonly allowProxies?: boolean
}

/** The world of Announce. */
export type AnnouncePorts = { announce(event: VerdictEvent): Promise<void> }
