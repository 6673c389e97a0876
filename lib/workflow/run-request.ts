import type { Scenario } from '../scenario/scenario.ts'

/** What was asked for, stored before the workflow starts: everything that Plan needs beside the attachments. */
export type RunRequest = {
  readonly schema: 'squall.request.v1'
  readonly runId: string
  readonly scenario: Scenario
  /** SHA-256 of the resolved scenario, hexadecimal. */
  readonly scenarioHash: string
  /** 32 bits. */
  readonly seed: number
  readonly shardCount: number
  /** Most users that an open phase without a written `maxUsers` may get. */
  readonly mostDerivedUsers: number
  /** The caller's own limit for this run. */
  readonly estimateUsdMax?: number
  readonly version: string
  /** As typed, for the report. */
  readonly command: string
  /** ISO UTC. */
  readonly createdAt: string
  /** Names of the attached body files and data sets. */
  readonly files: readonly string[]
  readonly sets: readonly string[]
}
