import { openLocalStore } from '../store/local-store.ts'
import type { EndpointOptions } from '../workflow/cloud-endpoint.ts'
import { findRuns, withTrueState } from '../workflow/find-run.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { theRun } from './find-run.ts'
import { wrapLines } from './tell.ts'
import type { Terminal } from './terminal.ts'

/** `squall abort RUN`: asks a run in another terminal to stop. Its generators see it within their next poll. */
export async function abortCommand(
  text: string,
  options: EndpointOptions & { readonly store: string; readonly cloud?: true },
  terminal: Terminal,
): Promise<number> {
  if (options.cloud) return abortInCloud(text, options, terminal)
  const store = openLocalStore(options.store)
  try {
    const run = await withTrueState(store.runs, theRun(await findRuns(store.runs, text), text), Date.now())
    if (run.state !== 'running' && run.state !== 'planned')
      throw new CommandExit(exitCode.notStarted, `run ${run.id} is not under way: it is ${run.state}`)
    await store.runs.abort(run.id, 'stopped by squall abort')
    terminal.out(
      wrapLines(`run ${run.id} is being stopped; the terminal that runs it shows its report\n`, terminal.width),
    )
    return exitCode.pass
  } finally {
    store.runs.close()
  }
}

async function abortInCloud(text: string, options: EndpointOptions, terminal: Terminal): Promise<number> {
  const [{ askCloud }, { findCloudRuns }, { abortCloudRun }] = await Promise.all([
    import('./cloud-client.ts'),
    import('../workflow/cloud-runs.ts'),
    import('../workflow/cloud-run.ts'),
  ])
  return askCloud(options, async client => {
    const run = theRun(await findCloudRuns(client, text), text, 'cloud')
    if (run.state !== 'running' && run.state !== 'planned')
      throw new CommandExit(exitCode.notStarted, `run ${run.id} is not under way: it is ${run.state}`)
    await abortCloudRun(client, run.id, 'stopped by squall abort')
    terminal.out(
      wrapLines(`run ${run.id} is being stopped; squall report ${run.id} --cloud shows its report\n`, terminal.width),
    )
    return exitCode.pass
  })
}
