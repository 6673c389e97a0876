import { writeFile } from 'node:fs/promises'
import { formatFaults } from '../scenario/fault.ts'
import { openLocalStore } from '../store/local-store.ts'
import { reasonOf } from '../store/store-error.ts'
import { prepareRun } from '../workflow/prepare-run.ts'
import { RunRefused, runScenario } from '../workflow/run-scenario.ts'
import { CommandExit, exitCode, exitCodeOf } from './exit-code.ts'
import { listenForInterrupt } from './interrupt.ts'
import { jsonProgress, type Progress, plainProgress, silentProgress, terminalProgress } from './progress.ts'
import { parseReportOutput, prepareOutputs, type ReportOutput, writeReport } from './report-output.ts'
import { type ScenarioOptions, scenarioInput } from './scenario-options.ts'
import type { Terminal } from './terminal.ts'

export type RunCommandOptions = ScenarioOptions & {
  readonly generators?: number
  readonly seed?: number
  readonly report: readonly string[]
  readonly save?: string
  readonly json?: true
  readonly quiet?: true
  readonly store: string
}

/** `squall run FILE|URL`: reads, plans, runs, reports; the exit code is the verdict. */
export async function runCommand(source: string, options: RunCommandOptions, terminal: Terminal): Promise<number> {
  const outputs = options.report.map(parseReportOutput)
  if (options.json && outputs.some(({ file }) => file === undefined))
    throw new CommandExit(
      exitCode.notStarted,
      '--json keeps stdout for events; give --report a file, such as --report html=report.html',
    )
  const prepared = await prepareRun(await scenarioInput(source, options), options)
  if (!prepared.ok) throw new CommandExit(exitCode.notStarted, formatFaults(prepared.faults))
  const store = openLocalStore(options.store)
  const progress = await chooseProgress(options, terminal)
  for (const warning of prepared.warnings) progress.note(formatFaults([warning]))
  try {
    await prepareOutputs(outputs)
    if (options.save !== undefined) await save(options.save, prepared.value.text)
    let runId: string | undefined
    let stopReason: string | undefined
    const interrupt = listenForInterrupt(reason => {
      stopReason = reason
      progress.note(`${reason}: stopping the load; press Ctrl-C again to end at once`)
      if (runId !== undefined) void store.runs.abort(runId, reason)
    })
    try {
      const report = await runScenario({
        ...prepared.value,
        store,
        command: `squall run ${source}`,
        onStart: id => {
          runId = id
          if (stopReason !== undefined) void store.runs.abort(id, stopReason)
        },
        onPlan: progress.plan,
        onLive: progress.live,
      })
      progress.end(report)
      for (const output of defaultOutputs(outputs, options)) await writeReport(report, output, terminal)
      return interrupt.code() ?? exitCodeOf(report.verdict.result)
    } catch (error) {
      progress.end(undefined)
      if (error instanceof RunRefused)
        throw new CommandExit(interrupt.code() ?? exitCode.notStarted, `not started: ${error.message}`)
      throw error
    } finally {
      interrupt.dispose()
    }
  } finally {
    store.runs.close()
  }
}

/** Without any `--report` to stdout, the terminal report goes there. */
function defaultOutputs(outputs: readonly ReportOutput[], options: RunCommandOptions): readonly ReportOutput[] {
  return options.json || outputs.some(({ file }) => file === undefined) ? outputs : [{ format: 'terminal' }, ...outputs]
}

async function chooseProgress(options: RunCommandOptions, terminal: Terminal): Promise<Progress> {
  if (options.json) return jsonProgress(terminal)
  if (options.quiet) return silentProgress
  return terminal.errIsTerminal ? terminalProgress(terminal) : plainProgress(terminal)
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new CommandExit(exitCode.notStarted, `cannot write ${file}: ${reasonOf(error).reason}`)
  }
}
