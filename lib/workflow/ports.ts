import type { VerdictResult } from '../judge/verdict.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { RunStore } from '../store/run-store.ts'

/** What is told to whoever waits for verdicts: EventBridge and SNS in the cloud, the command line locally. */
export type VerdictEvent = {
  runId: string
  scenario: string
  verdict: VerdictResult
  headline: string
}

/** The world of the workflow's functions; everything else they do is decided by the core. */
export type Ports = {
  readonly objects: ObjectStore
  readonly runs: RunStore
  epochMs(): number
  sleep(ms: number): Promise<void>
  announce(event: VerdictEvent): Promise<void>
  /** Values of the secrets that the scenario names; absent names have none. */
  secrets(names: readonly string[]): Promise<Readonly<Record<string, string>>>
}
