import { openLocalStore } from '../store/local-store.ts'
import { withTrueState } from '../workflow/find-run.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { theRun } from './find-run.ts'
import type { Terminal } from './terminal.ts'

/** `squall abort RUN`: asks a run in another terminal to stop. Its generators see it within their next poll. */
export async function abortCommand(
  text: string,
  options: { readonly store: string },
  terminal: Terminal,
): Promise<number> {
  const store = openLocalStore(options.store)
  try {
    const run = await withTrueState(store.runs, await theRun(store.runs, text), Date.now())
    if (run.state !== 'running' && run.state !== 'planned')
      throw new CommandExit(exitCode.notStarted, `run ${run.id} is not under way: it is ${run.state}`)
    await store.runs.abort(run.id, 'stopped by squall abort')
    terminal.out(`run ${run.id} is being stopped; the terminal that runs it shows its report\n`)
    return exitCode.pass
  } finally {
    store.runs.close()
  }
}
