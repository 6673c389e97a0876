import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import { type CloudStore, openCloudStore } from '../../lib/store/cloud-store.ts'
import type { RunRecord } from '../../lib/store/run-store.ts'
import { tellOnFailure } from './function-logs.ts'
import { ask } from './http-api.ts'

export type ApiRun = {
  readonly id: string
  /** What the record says now. */
  record(): Promise<RunRecord>
  /** Waits until the run has its verdict, or has been refused. */
  ended(): Promise<RunRecord>
  report(): Promise<Report>
}

/** The deployment's store, read without the API: what the run has really left there. */
export function deployedStore(): CloudStore {
  const { bucket, table } = inject('deployed')
  return openCloudStore({ bucket, table })
}

/**
 * What the verdict is where every request succeeded: a pass, or, where this machine was too busy for generators to keep up,
 * inconclusive for that reason alone. That is what Squall has to say there, and no fault of the deployment.
 */
export function expectedResult({ verdict }: Report): 'pass' | 'inconclusive' {
  const busy = verdict.reasons.length > 0 && verdict.reasons.every(reason => /could not keep up/.test(reason))
  if (busy) console.error(`this machine is busy: ${verdict.reasons.join('; ')}`)
  return busy ? 'inconclusive' : 'pass'
}

/** Starts a run over the API; where the test fails, its functions' logs are printed. */
export async function startRun(scenario: object, generators: number): Promise<ApiRun> {
  let started: string | undefined
  tellOnFailure(() => started)
  const answer = await ask('POST', 'runs', { scenario, generators }, { 'idempotency-key': randomUUID() })
  expect(answer.text, 'POST /runs').toContain('"id"')
  expect(answer.status).toBe(202)
  const { id } = answer.json as { readonly id: string }
  started = id
  const record = async () => (await ask('GET', `runs/${id}`)).json as RunRecord
  return {
    id,
    record,
    async ended() {
      for (;;) {
        const now = await record()
        if (now.state !== 'planned' && now.state !== 'running') return now
        await sleep(500)
      }
    },
    async report() {
      const summary = await ask('GET', `runs/${id}/summary`)
      expect(summary.status).toBe(200)
      return summary.json as Report
    },
  }
}
