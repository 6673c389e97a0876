import type { Report } from '../report/report.ts'
import type { Fault } from '../scenario/fault.ts'
import type { ApiClient } from '../workflow/api-client.ts'
import { abortCloudRun, type CloudFollower, followCloudRun, startCloudRun } from '../workflow/cloud-run.ts'
import { scenarioUpload } from '../workflow/scenario-upload.ts'
import { atUsersPlace } from './api-place.ts'
import { askCloud } from './cloud-client.ts'
import { askWhatBecomes, type Fate, processKeyboard } from './cloud-fate.ts'
import { CommandExit, exitCode, exitCodeOf } from './exit-code.ts'
import { faultText, warningText } from './fault-text.ts'
import { type PausableProgress, pausableProgress } from './pausable-progress.ts'
import { chooseProgress } from './progress.ts'
import { prepareOutputs, type ReportOutput, reportOutputs, withTerminalReport, writeReports } from './report-output.ts'
import type { CloudOnly, RunCommandOptions } from './run-command.ts'
import { scenarioSource } from './scenario-options.ts'
import type { Terminal } from './terminal.ts'

export type RunCloudOptions = RunCommandOptions & CloudOnly

/** `squall run FILE --cloud`: started by the API, followed and reported as a local run is. */
export async function runCloudCommand(named: string, options: RunCloudOptions, terminal: Terminal): Promise<number> {
  const outputs = reportOutputs(options)
  const upload = await scenarioUpload(scenarioSource(named, options))
  if (!upload.ok) throw new CommandExit(exitCode.notStarted, faultText(upload.faults))
  await prepareOutputs(outputs)
  const progress = pausableProgress(chooseProgress(options, terminal))
  for (const warning of upload.warnings) progress.note(warningText(warning))
  const { generators, seed } = options
  const atPlace = (fault: Fault) => atUsersPlace(fault, places, named)
  return askCloud(
    options,
    async client => {
      const started = await startCloudRun(client, upload.value, {
        command: `squall run ${named} --cloud`.slice(0, longestCommand),
        ...(generators !== undefined && { generators }),
        ...(seed !== undefined && { seed }),
      })
      for (const reason of started.reasons ?? []) progress.note(reason)
      if (started.estimateUsd !== undefined) progress.note(`estimated cost: ${started.estimateUsd.toFixed(2)} USD`)
      progress.note(`run ${started.id} has been started`)
      if (options.detach) {
        terminal.out(`${started.id}\n`)
        return exitCode.pass
      }
      return follow(client, started.id, { outputs, progress, options, terminal })
    },
    atPlace,
  )
}

const places = { 'body.generators': '--generators', 'body.seed': '--seed' }
/** The API takes no longer one. */
const longestCommand = 500

type Showing = {
  readonly outputs: readonly ReportOutput[]
  readonly progress: PausableProgress
  readonly options: RunCloudOptions
  readonly terminal: Terminal
}

async function follow(client: ApiClient, runId: string, showing: Showing): Promise<number> {
  const { progress, options, terminal } = showing
  const left = new AbortController()
  let signalled: number | undefined
  let isStopping = false
  const become = async (fate: Fate) => {
    if (fate === 'abort') {
      isStopping = true
      progress.note(`stopping the load of run ${runId}; its report follows`)
      await abortCloudRun(client, runId, 'interrupted by Ctrl-C').catch((error: unknown) => {
        isStopping = false
        progress.note(`cannot stop it: ${error instanceof Error ? error.message : String(error)}`)
      })
    } else if (fate === 'leave') {
      progress.note(
        isStopping
          ? `run ${runId} is being stopped; squall report ${runId} --cloud shows its report`
          : `run ${runId} goes on; squall report ${runId} --cloud shows its report, squall abort ${runId} --cloud stops it`,
      )
      left.abort()
    }
  }
  const stopListening = askWhatBecomes(options.abortOnExit ? 'abort' : 'ask', processKeyboard(terminal), {
    onAsk: () => progress.pause(),
    onFate(fate, code) {
      progress.resume()
      signalled = code
      void become(fate)
    },
  })
  const follower: CloudFollower = {
    onPlan: plan => progress.plan(plan),
    onLive: live => progress.live(live),
    onConnection: connected =>
      progress.note(connected ? 'the API answers again' : `no connection; run ${runId} goes on, and so does asking`),
  }
  let report: Report | undefined
  try {
    report = await followCloudRun(client, runId, follower, left.signal)
  } finally {
    stopListening()
    progress.end(report)
  }
  if (report === undefined) return signalled ?? exitCode.interrupted
  await writeReports(report, withTerminalReport(showing.outputs, options.json === true), terminal)
  return signalled ?? exitCodeOf(report.verdict.result)
}
