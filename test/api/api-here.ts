import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ApiPorts } from '../../lib/api/api-ports.ts'
import { createApi } from '../../lib/api/app.ts'
import { quoteCloudRun } from '../../lib/plan/cloud-quote.ts'
import { openLocalStore } from '../../lib/store/local-store.ts'
import type { ScheduleTimes } from '../../lib/workflow/cloud-scheduler.ts'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

const ann = 'arn:aws:iam::000000000000:user/ann'

const ceilings = {
  ratePerSecond: 1000,
  users: 1000,
  durationMs: 3_600_000,
  budgetUsd: 5,
  generators: 40,
  concurrentRuns: 2,
}

/** The router over a store of its own, what it started and scheduled, and what it did not expect. */
export function apiHere(change: Partial<ApiPorts> = {}) {
  const store = openLocalStore(mkdtempSync(join(tmpdir(), 'squall-api-')))
  onTestFinished(() => {
    store.runs.close()
    rmSync(store.folder, { recursive: true, force: true })
  })
  const started: string[] = []
  const schedules = new Map<string, ScheduleTimes>()
  const faults: unknown[] = []
  const ports: ApiPorts = {
    ...store,
    uploads: { place: async sha256 => ({ url: `http://127.0.0.1:9/${sha256}`, headers: { 'x-sum': sha256 } }) },
    scheduler: {
      put: async (name, times) => void schedules.set(name, times),
      delete: async name => void schedules.delete(name),
    },
    engine: {
      start: async runId => void started.push(runId),
      abort: (runId, reason) => store.runs.abort(runId, reason),
    },
    rules: {
      allow: { hosts: ['shop.example.com'], cidrs: ['127.0.0.0/8'], ports: [{ from: 1024, to: 65_535 }] },
      allowProxies: false,
      concurrentRuns: ceilings.concurrentRuns,
      quote: async ({ asked, ...run }) =>
        quoteCloudRun(
          { ...run, runId: 'check', scenarioHash: '' },
          { region: 'us-east-1', ceilings, ...(asked !== undefined && { asked }) },
        ),
    },
    epochMs: Date.now,
    random: Math.random,
    caller: () => ({ name: ann, key: ann }),
    ...change,
  }
  const app = createApi(ports, error => void faults.push(error))
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const answer = await app.request(path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: isJson(answer) ? JSON.parse(text) : undefined }
  }
  return { ask, app, ports, store, started, schedules, faults }
}

const isJson = (answer: Response) => /json/.test(answer.headers.get('content-type') ?? '')

export const scenario = (change: object = {}) => ({
  squall: 1,
  name: 'shop',
  target: 'http://127.0.0.1:8080',
  load: [{ rate: '10/s', for: '10s' }],
  steps: [{ get: '/' }],
  ...change,
})
