import { createHash } from 'node:crypto'
import type { Attachments, Scenario } from '../scenario/scenario.ts'
import { putArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Created, RunRecord, RunStore } from '../store/run-store.ts'
import { version } from '../version.ts'
import { storeAttachments } from './attachments.ts'
import { newRunId } from './run-id.ts'
import type { RunRequest } from './run-request.ts'

/** What a run is made of, once its scenario has been read and sized. */
export type NewRun = {
  readonly scenario: Scenario
  readonly attachments: Attachments
  readonly generators: number
  readonly seed: number
  readonly mostDerivedUsers: number
  /** The caller's own limit for this run. */
  readonly estimateUsdMax?: number
  /** As typed, for the report. */
  readonly command: string
}

/** What a record tells beyond the run itself: who or what started it, where, what it is expected to cost. */
export type RunOrigin = Omit<
  Partial<RunRecord>,
  'schema' | 'id' | 'scenario' | 'target' | 'command' | 'state' | 'createdAt' | 'endedAt' | 'verdict' | 'headline'
>

type RequestPorts = {
  readonly objects: ObjectStore
  readonly runs: RunStore
  epochMs(): number
  random(): number
}

/**
 * Stores all that Plan reads, and the run's record, under an id that is new. The record comes first: it is what claims
 * the id.
 */
export async function storeRequest(ports: RequestPorts, run: NewRun, origin: RunOrigin = {}): Promise<string> {
  for (;;) {
    const runId = newRunId(ports.epochMs(), ports.random)
    if ((await storeRequestAs(ports, runId, run, origin)).kind === 'created') return runId
  }
}

/**
 * The same under an id that the caller gives, where fewer than `most` runs are under way. Nothing is stored if it is taken,
 * or there are as many. A caller that died between the record and the request finds the record in state `planned` and calls
 * `putRequest` again, with what is the same request.
 */
export async function storeRequestAs(
  ports: Omit<RequestPorts, 'random'>,
  runId: string,
  run: NewRun,
  origin: RunOrigin = {},
  most?: number,
): Promise<Created> {
  const { scenario, command } = run
  const createdAt = new Date(ports.epochMs()).toISOString()
  const facts: RunRecord = {
    schema: 'squall.run.v1',
    id: runId,
    scenario: scenario.name,
    target: scenario.target,
    command,
    state: 'planned',
    createdAt,
    ...origin,
  }
  const created = await ports.runs.create(facts, most)
  if (created.kind === 'created') await putRequest(ports.objects, runId, run, createdAt)
  return created
}

/** The request and its attachments, the request last: where it is, all is there. */
export async function putRequest(objects: ObjectStore, runId: string, run: NewRun, createdAt: string): Promise<void> {
  const { scenario, attachments } = run
  await storeAttachments(objects, runId, attachments)
  await putArtifact<RunRequest>(objects, keys.request(runId), {
    schema: 'squall.request.v1',
    runId,
    scenario,
    scenarioHash: createHash('sha256').update(JSON.stringify(scenario)).digest('hex'),
    seed: run.seed,
    shardCount: run.generators,
    mostDerivedUsers: run.mostDerivedUsers,
    ...(run.estimateUsdMax !== undefined && { estimateUsdMax: run.estimateUsdMax }),
    version,
    command: run.command,
    createdAt,
    files: [...attachments.files.keys()],
    sets: [...attachments.rows.keys()],
  })
}
