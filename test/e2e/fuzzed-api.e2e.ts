import { expect, inject, it, onTestFinished } from 'vitest'
import type { RunRecord } from '../../lib/store/run-store.ts'
import { fuzz } from '../api/schemathesis.ts'
import { tellOnFailure } from './function-logs.ts'
import { ask } from './http-api.ts'
import { signingProxy } from './signing-proxy.ts'

/** Those that API Gateway's ANY takes; it answers to TRACE by itself, with 403. */
const otherMethods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH']

/** What the fuzzer may have started is stopped: the deployment lets it go to 127.0.0.1 only, and at its ceilings. */
async function abortWhatRuns(): Promise<void> {
  const { runs } = (await ask('GET', 'runs?limit=100')).json as { readonly runs: readonly RunRecord[] }
  for (const { id, state } of runs) {
    if (state !== 'planned' && state !== 'running') continue
    console.error(`the fuzzer started ${id}`)
    await ask('POST', `runs/${id}/abort`, { reason: 'the fuzzer ends' })
  }
}

it('an independent fuzzer finds the deployed API as its document says', async () => {
  tellOnFailure(() => undefined)
  const proxy = await signingProxy()
  onTestFinished(abortWhatRuns)
  const { folder } = inject('deployed')
  const code = await fuzz({ apiUrl: proxy.url, folder, mostExamples: 10, longestSeconds: 180, otherMethods })
  console.error(`answers by status: ${JSON.stringify(Object.fromEntries(proxy.statuses))}`)
  expect(code).toBe(0)
  // It did come to the router, and not only to what stands before it.
  for (const status of [200, 400, 404, 405]) expect(proxy.statuses.get(status), `${status}`).toBeGreaterThan(10)
})
