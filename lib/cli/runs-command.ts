import { jsonText } from '../report/json.ts'
import { renderRuns } from '../report/runs-table.ts'
import { openLocalStore } from '../store/local-store.ts'
import type { RunRecord } from '../store/run-store.ts'
import type { EndpointOptions } from '../workflow/cloud-endpoint.ts'
import { withTrueState } from '../workflow/find-run.ts'
import { exitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

export type RunsOptions = EndpointOptions & {
  readonly limit: number
  readonly json?: true
  readonly store: string
  readonly cloud?: true
}

/** `squall runs`: what is kept here, newest first, with the state as it really is. */
export async function runsCommand(options: RunsOptions, terminal: Terminal): Promise<number> {
  const nowMs = Date.now()
  const runs = options.cloud ? await runsInCloud(options) : await runsHere(options, nowMs)
  if (options.json) terminal.out(`${jsonText(runs, 2)}\n`)
  else terminal.out(renderRuns(runs, { width: terminal.width, colour: terminal.outColour, nowMs }))
  return exitCode.pass
}

async function runsHere(options: RunsOptions, nowMs: number): Promise<readonly RunRecord[]> {
  const store = openLocalStore(options.store)
  try {
    const { records } = await store.runs.list({ limit: options.limit })
    return await Promise.all(records.map(record => withTrueState(store.runs, record, nowMs)))
  } finally {
    store.runs.close()
  }
}

async function runsInCloud(options: RunsOptions): Promise<readonly RunRecord[]> {
  const [{ askCloud }, { listCloudRuns }] = await Promise.all([
    import('./cloud-client.ts'),
    import('../workflow/cloud-runs.ts'),
  ])
  return askCloud(options, client => listCloudRuns(client, options.limit))
}
