import { jsonText } from '../report/json.ts'
import { renderRuns } from '../report/runs-table.ts'
import { openLocalStore } from '../store/local-store.ts'
import { withTrueState } from '../workflow/find-run.ts'
import { exitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** `squall runs`: what is kept here, newest first, with the state as it really is. */
export async function runsCommand(
  options: { readonly limit: number; readonly json?: true; readonly store: string },
  terminal: Terminal,
): Promise<number> {
  const store = openLocalStore(options.store)
  try {
    const records = await store.runs.list(options.limit)
    const nowMs = Date.now()
    const runs = await Promise.all(records.map(record => withTrueState(store.runs, record, nowMs)))
    if (options.json) terminal.out(`${jsonText(runs, 2)}\n`)
    else terminal.out(renderRuns(runs, { width: terminal.width, colour: terminal.outColour, nowMs }))
    return exitCode.pass
  } finally {
    store.runs.close()
  }
}
