import type { VerdictResult } from '../judge/verdict.ts'

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
}

/** The run's control item (decision 9): a beat that the watcher raises, and whether the load has to stop. */
export type Control = {
  readonly beat: number
  /** Epoch ms of the last beat by the writer's clock; generators judge changes by their own instead. */
  readonly beatAtMs: number
  /** Why the load has to stop; absent while it may go on. */
  readonly abort?: string
}

/** Records of runs and their control items: SQLite locally, DynamoDB in the cloud. */
export interface RunStore {
  /** False if the id is taken. */
  create(record: RunRecord): Promise<boolean>
  get(id: string): Promise<RunRecord | undefined>
  update(id: string, change: Partial<Omit<RunRecord, 'schema' | 'id'>>): Promise<void>
  /** Newest first. */
  list(limit: number): Promise<readonly RunRecord[]>
  control(id: string): Promise<Control | undefined>
  beat(id: string): Promise<void>
  /** The first reason stands. */
  abort(id: string, reason: string): Promise<void>
  close(): void
}
