import type { Report } from '../report/report.ts'
import { getArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import { openLocalStore } from '../store/local-store.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { theRun } from './find-run.ts'
import { parseReportOutput, prepareOutputs, writeReport } from './report-output.ts'
import type { Terminal } from './terminal.ts'

/** `squall report RUN`: any format of a stored run, at any time. */
export async function reportCommand(
  text: string,
  options: { readonly format: string; readonly output?: string; readonly store: string },
  terminal: Terminal,
): Promise<number> {
  const output = parseReportOutput(`${options.format}=${options.output ?? '-'}`)
  const store = openLocalStore(options.store)
  try {
    const run = await theRun(store.runs, text)
    const report = await getArtifact<Report>(store.objects, keys.report(run.id, 'report.json'), 'squall.report.v1')
    if (report === undefined)
      throw new CommandExit(
        exitCode.notStarted,
        `run ${run.id} has no report: it has not ended, or it was lost; squall runs shows its state`,
      )
    await prepareOutputs([output])
    await writeReport(report, output, terminal)
    return exitCode.pass
  } finally {
    store.runs.close()
  }
}
