import type { Report } from '../report/report.ts'
import type { Fault } from '../scenario/fault.ts'
import { getArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import { openLocalStore } from '../store/local-store.ts'
import type { EndpointOptions } from '../workflow/cloud-endpoint.ts'
import { findRuns, withTrueState } from '../workflow/find-run.ts'
import { needsCloudForRuns } from './cloud-only.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { noReport, theRun } from './find-run.ts'
import { prepareOutputs, type ReportOutput, readReportOutput, writeReport } from './report-output.ts'
import type { Terminal } from './terminal.ts'

export type ReportOptions = EndpointOptions & {
  readonly format: string
  readonly output?: string
  readonly store: string
  readonly cloud?: true
}

/** `squall report RUN`: any format of a stored run, at any time. */
export async function reportCommand(text: string, options: ReportOptions, terminal: Terminal): Promise<number> {
  const output = outputOf(options)
  if ('message' in output) throw new CommandExit(exitCode.notStarted, output.message)
  const report = options.cloud ? await reportInCloud(text, options) : await reportHere(text, options)
  await prepareOutputs([output])
  await writeReport(report, output, terminal)
  return exitCode.pass
}

/** What of the options is wrong, or goes with --cloud only. */
export function reportOptionFaults(options: Parameters<typeof needsCloudForRuns>[0] & OutputOptions): readonly Fault[] {
  const output = outputOf(options)
  return [...needsCloudForRuns(options), ...('message' in output ? [output] : [])]
}

type OutputOptions = Pick<ReportOptions, 'format' | 'output'>

function outputOf({ format, output = '-' }: OutputOptions): ReportOutput | Fault {
  return readReportOutput(`${format}=${output}`, '--format')
}

async function reportHere(text: string, options: ReportOptions): Promise<Report> {
  const store = openLocalStore(options.store)
  try {
    const run = theRun(await findRuns(store.runs, text), text)
    const report = await getArtifact<Report>(store.objects, keys.report(run.id, 'report.json'), 'squall.report.v1')
    if (report !== undefined) return report
    throw noReport(await withTrueState(store.runs, run, Date.now()), 'here')
  } finally {
    store.runs.close()
  }
}

async function reportInCloud(text: string, options: ReportOptions): Promise<Report> {
  const [{ askCloud }, { findCloudRuns }, { cloudReport }] = await Promise.all([
    import('./cloud-client.ts'),
    import('../workflow/cloud-runs.ts'),
    import('../workflow/cloud-run.ts'),
  ])
  return askCloud(options, async client => {
    const run = theRun(await findCloudRuns(client, text), text, 'cloud')
    if (run.state !== 'done') throw noReport(run, 'cloud')
    return cloudReport(client, run.id)
  })
}
