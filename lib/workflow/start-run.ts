import { createHash } from 'node:crypto'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { type Created, hasEnded, type RunRecord, type RunStore } from '../store/run-store.ts'
import { type AdmissionRules, admitRun, type PostedScenario, type Refusal } from './admit-run.ts'
import { LONGEST_SILENCE_MS, withTrueState } from './find-run.ts'
import { NeverStarted } from './never-started.ts'
import { newRunId } from './run-id.ts'
import { type NewRun, putRequest, type RunOrigin, storeRequestAs } from './store-request.ts'

/** Starts and stops the workflow. */
export type Engine = {
  /** Harmless where the run has been started already. Rejects with `NeverStarted` where it is known that nothing has begun. */
  start(runId: string): Promise<void>
  abort(runId: string, reason: string): Promise<void>
}

export type StartPorts = {
  readonly objects: ObjectStore
  readonly runs: RunStore
  readonly engine: Engine
  readonly rules: AdmissionRules
  epochMs(): number
  random(): number
}

export type StartOrigin = {
  /** `name` for the record; `key` is what of it stays the same from one request to its repetition. */
  readonly caller: { readonly name: string; readonly key: string }
  /** The same caller with the same key means the same run. */
  readonly key?: string | undefined
  readonly command: string
  readonly schedule?: string
}

export type Started =
  | { readonly kind: 'started'; readonly record: RunRecord; readonly reasons: readonly string[] }
  | Refusal
  /** The key was used for another request. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'busy'; readonly running: number }

/**
 * Admits a run, stores its request and starts its execution. Its id is a hash of the caller and the key, and names the
 * execution, so that a repeated request finds the run that the first one made, however far that one came.
 */
export async function startRun(ports: StartPorts, posted: PostedScenario, origin: StartOrigin): Promise<Started> {
  const { objects, runs, engine } = ports
  // Where the files lie is not what was asked for: a scenario that is kept once more as it is makes the same request.
  const { copyId: _, ...request } = posted
  const requestHash = sha256(JSON.stringify(request))
  const id = origin.key === undefined ? newRunId(ports.epochMs(), ports.random) : runIdOf(origin.caller.key, origin.key)
  const known = origin.key === undefined ? undefined : await runs.get(id)
  if (known !== undefined && known.requestHash !== requestHash) return { kind: 'reused' }
  if (known !== undefined && (known.state !== 'planned' || (await objects.get(keys.request(id))) !== undefined)) {
    // The first request may have died between the store and the start.
    if (known.state === 'planned') await engine.start(id)
    return { kind: 'started', record: known, reasons: [] }
  }
  const admission = await admitRun(posted, ports.rules, ports)
  if (!admission.ok) return admission
  const { read, quote, seed } = admission
  const { generators, mostDerivedUsers, estimate, reasons } = quote
  const { estimateUsdMax } = posted
  const asked = { generators, seed, mostDerivedUsers, ...(estimateUsdMax !== undefined && { estimateUsdMax }) }
  const run = { ...read, ...asked, command: origin.command }
  if (known !== undefined) await putRequest(objects, id, run, known.createdAt)
  else {
    const facts = {
      requestHash,
      startedBy: origin.caller.name,
      generators,
      loadMs: quote.plan.loadMs,
      ...(estimate !== undefined && { estimateUsd: estimate.totalUsd }),
      ...(origin.schedule !== undefined && { schedule: origin.schedule }),
    }
    const created = await storeWherePlace(ports, id, run, facts)
    // Another request with the same key was faster.
    if (created.kind === 'taken') return startRun(ports, posted, origin)
    if (created.kind === 'full') return { kind: 'busy', running: created.holders.length }
  }
  try {
    await engine.start(id)
  } catch (error) {
    // Of a run that was there before, another request may have begun the execution.
    if (error instanceof NeverStarted && known === undefined) await refuse(ports, id, error)
    throw error
  }
  const record = await runs.get(id)
  if (record === undefined) throw new Error(`the record of run ${id} is gone`)
  return { kind: 'started', record, reasons }
}

/** The place is given back at once, and not only when the run is found dead. */
async function refuse({ runs, epochMs }: StartPorts, id: string, { message }: NeverStarted): Promise<void> {
  const endedAt = new Date(epochMs()).toISOString()
  await runs.update(id, { state: 'refused', endedAt, headline: `never started: ${message}` }, ['planned'])
}

/** Stores the request; where all places are held, those of the dead are given back, and it is tried again. */
async function storeWherePlace(ports: StartPorts, id: string, run: NewRun, facts: RunOrigin): Promise<Created> {
  for (;;) {
    const created = await storeRequestAs(ports, id, run, facts, ports.rules.concurrentRuns)
    if (created.kind !== 'full') return created
    const dead = await deadOf(ports, created.holders)
    if (dead.length === 0) return created
    await ports.runs.release(dead)
  }
}

/**
 * Those that have ended or are gone without giving their places back: a run whose process or execution died says `running`
 * for ever, but nobody raises its beat, which begins when it is created.
 */
async function deadOf({ runs, epochMs }: StartPorts, ids: readonly string[]): Promise<readonly string[]> {
  const nowMs = epochMs()
  const isDead = async (id: string) => {
    const record = await runs.get(id)
    return record === undefined || hasEnded((await withTrueState(runs, record, nowMs, LONGEST_SILENCE_MS)).state)
  }
  const dead = await Promise.all(ids.map(isDead))
  return ids.filter((_, place) => dead[place])
}

/** 100 bits: of a million runs no two have the same. Fits the name of an execution and a segment of a key. */
function runIdOf(caller: string, key: string): string {
  return `r${sha256(`${caller}\n${key}`).slice(0, 25)}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
