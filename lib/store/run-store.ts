import type { VerdictResult } from '../judge/verdict.ts'
import type { StoredVerdict } from './stored-verdict.ts'

export type RunState = 'planned' | 'running' | 'done' | 'refused' | 'lost'

/** What is kept of a run beside its artifacts: small, and listed without opening any of them. */
export type RunRecord = {
  readonly schema: 'squall.run.v1'
  readonly id: string
  readonly scenario: string
  readonly target: string
  readonly command: string
  readonly state: RunState
  /** ISO UTC. */
  readonly createdAt: string
  readonly endedAt?: string
  readonly verdict?: VerdictResult
  /** The verdict in one sentence. */
  readonly headline?: string
  /** Where it runs, so that a run whose process is gone can be told from one that goes on. */
  readonly host?: string
  readonly pid?: number
  /** Who started it, as AWS or the API's key names the caller. */
  readonly startedBy?: string
  /** The schedule that started it. */
  readonly schedule?: string
  /** Of what was asked for: the same Idempotency-Key with another request is refused by it. */
  readonly requestHash?: string
  readonly generators?: number
  /** The planned length of the load. */
  readonly loadMs?: number
  readonly estimateUsd?: number
  readonly costUsd?: number
}

/** What may change in a record; its place in the lists may not. */
export type RunChange = Partial<Omit<RunRecord, 'schema' | 'id' | 'createdAt' | 'scenario'>>

/** What ends a run, and gives its place back. */
export type LastChange = RunChange & { readonly state: 'done' }

/** The run's control item (decision 9): a beat that the watcher raises, and whether the load has to stop. */
export type Control = {
  readonly beat: number
  /** Epoch ms of the last beat by the writer's clock; generators judge changes by their own instead. */
  readonly beatAtMs: number
  /** Why the load has to stop; absent while it may go on. */
  readonly abort?: string
  /** Epoch ms, whole seconds, of the store's own clock at its answer; absent where the store has this machine's. */
  readonly serverDateMs?: number
}

export type RunQuery = {
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string
  readonly scenario?: string
}

export type RunPage = {
  readonly records: readonly RunRecord[]
  /** Absent on the last page. */
  readonly next?: string
}

/** What became of a new run. `holders` are the runs that hold the places, as many as may be or more. */
export type Created =
  | { readonly kind: 'created' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'full'; readonly holders: readonly string[] }

/** In these states a run has ended, and has given its place back. */
export const hasEnded = (state: RunState | undefined): boolean =>
  state === 'done' || state === 'refused' || state === 'lost'

/** Records of runs, their verdicts and their control items: SQLite locally, DynamoDB in the cloud. */
export interface RunStore {
  /**
   * Creates a run, unless its id is taken. A run holds a place from here until the change that ends it, in one transaction
   * with each; where `most` hold one already it is not created, however many try at once.
   */
  create(record: RunRecord, most?: number): Promise<Created>
  /** Gives the places back of runs that have died: nothing else would. */
  release(ids: readonly string[]): Promise<void>
  get(id: string): Promise<RunRecord | undefined>
  /**
   * False, and nothing changed, of a run that is not there, and where its state is none of those that are given: what a
   * slower one writes must not undo the end of a run. A change that names nothing changes nothing, and is answered the same.
   */
  update(id: string, change: RunChange, states?: readonly RunState[]): Promise<boolean>
  /**
   * The record's last change and the verdict, both or neither. The first verdict stands: where there is one nothing is
   * changed. Throws a `StoreError` with the code MISSING where there is no such run.
   */
  finish(id: string, change: LastChange, verdict: StoredVerdict): Promise<void>
  verdict(id: string): Promise<StoredVerdict | undefined>
  /** Newest first; of one moment, by id. Throws a `StoreError` with the code CURSOR for an `after` that no list gave. */
  list(query: RunQuery): Promise<RunPage>
  control(id: string): Promise<Control | undefined>
  beat(id: string): Promise<void>
  /** The first reason stands. */
  abort(id: string, reason: string): Promise<void>
  close(): void
}
