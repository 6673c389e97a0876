import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { makePlan } from '../../lib/plan/make-plan.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { type LocalStore, openLocalStore } from '../../lib/store/local-store.ts'
import type { Ports } from '../../lib/workflow/ports.ts'
import type { RunRequest } from '../../lib/workflow/run-request.ts'
import { sleep } from '../../lib/workflow/sleep.ts'

export const runId = 'r'
const createdAt = '2026-01-01T00:00:00.000Z'

/** A store of its own with the request and the plan of one run, as they are when Plan has ended; it ends with the test. */
export async function storedRun(
  scenario: Scenario,
  { shardCount = 1, ...change }: Partial<Plan> = {},
): Promise<{ store: LocalStore; plan: Plan; ports: Ports }> {
  const store = openLocalStore(mkdtempSync(join(tmpdir(), 'squall-workflow-')))
  onTestFinished(() => {
    store.runs.close()
    rmSync(store.folder, { recursive: true, force: true })
  })
  const { objects, runs } = store
  const made = makePlan({ scenario, runId, scenarioHash: '', seed: 1, shardCount, nowMs: 0, local: true })
  const plan = { ...made, ...change }
  const { target } = scenario
  const command = 'squall run s.yml'
  await runs.create({ schema: 'squall.run.v1', id: runId, scenario: 's', target, command, state: 'running', createdAt })
  await putArtifact(objects, keys.plan(runId), plan)
  await putArtifact<RunRequest>(objects, keys.request(runId), {
    schema: 'squall.request.v1',
    runId,
    scenario,
    scenarioHash: '',
    seed: 1,
    shardCount,
    mostDerivedUsers: 100,
    version: '0',
    command,
    createdAt,
    files: [],
    sets: [],
  })
  const ports: Ports = {
    objects,
    runs,
    epochMs: Date.now,
    sleep,
    secrets: async () => ({}),
    planning: { kind: 'local' },
  }
  return { store, plan, ports }
}
