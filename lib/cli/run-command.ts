import { relative } from 'node:path'
import { keys } from '../store/keys.ts'
import { type LocalStore, openLocalStore } from '../store/local-store.ts'
import { reasonOf, StoreError } from '../store/store-error.ts'
import type { EndpointOptions } from '../workflow/cloud-endpoint.ts'
import { type PreparedRun, prepareRun } from '../workflow/prepare-run.ts'
import { RunRefused, runScenario } from '../workflow/run-scenario.ts'
import { systemLookup } from '../workflow/target-host.ts'
import { CommandExit, exitCode, exitCodeOf } from './exit-code.ts'
import { faultText, warningText } from './fault-text.ts'
import { listenForInterrupt } from './interrupt.ts'
import { chooseProgress, type Progress } from './progress.ts'
import { prepareOutputs, type ReportOutput, reportOutputs, withTerminalReport, writeReports } from './report-output.ts'
import { saveScenario } from './save-scenario.ts'
import { type ScenarioOptions, scenarioSource } from './scenario-options.ts'
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

/** What only a run of the deployment takes. */
export type CloudOnly = EndpointOptions & { readonly detach?: true; readonly abortOnExit?: true }

/** `squall run FILE|URL`: reads, plans, runs, reports; the exit code is the verdict. */
export async function runCommand(
  named: string,
  options: RunCommandOptions,
  terminal: Terminal,
  command = `squall run ${named}`,
): Promise<number> {
  const outputs = reportOutputs(options)
  const source = scenarioSource(named, options)
  const { generators, seed } = options
  const store = openLocalStore(options.store)
  try {
    const prepared = await prepareRun(source, {
      ...(generators !== undefined && { generators }),
      ...(seed !== undefined && { seed }),
      random: Math.random,
      nowMs: Date.now(),
      lookUp: systemLookup,
      knownTarget: async target => (await store.runs.list({ limit: 1000 })).records.some(run => run.target === target),
    })
    if (!prepared.ok) throw new CommandExit(exitCode.notStarted, faultText(prepared.faults))
    await prepareOutputs(outputs)
    if (options.save !== undefined) await saveScenario(options.save, source, prepared.value)
    const progress = chooseProgress(options, terminal)
    for (const warning of prepared.warnings) progress.note(warningText(warning))
    return await runAndReport(prepared.value, store, { outputs, progress, options, terminal, command })
  } finally {
    store.runs.close()
  }
}

type Showing = {
  readonly outputs: readonly ReportOutput[]
  readonly progress: Progress
  readonly options: RunCommandOptions
  readonly terminal: Terminal
  /** As typed, for the report. */
  readonly command: string
}

async function runAndReport(prepared: PreparedRun, store: LocalStore, showing: Showing): Promise<number> {
  const { progress, options, terminal } = showing
  let runId: string | undefined
  let stopReason: string | undefined
  const abort = (id: string, reason: string) =>
    store.runs.abort(id, reason).catch((error: unknown) => progress.note(`cannot stop it: ${reasonOf(error).reason}`))
  const interrupt = listenForInterrupt(
    reason => {
      stopReason = reason
      progress.note(`${reason}: stopping the load; once more ends at once`)
      if (runId !== undefined) void abort(runId, reason)
    },
    () => progress.clear(),
  )
  try {
    const report = await runScenario({
      ...prepared,
      store,
      command: showing.command,
      onStart: id => {
        runId = id
        if (stopReason !== undefined) void abort(id, stopReason)
      },
      onPlan: plan => progress.plan(plan),
      onLive: live => progress.live(live),
    })
    progress.end(report)
    await writeReports(report, withTerminalReport(showing.outputs, options.json === true), terminal)
    if (!options.quiet && !options.json) {
      const html = relative('.', `${store.folder}/${keys.report(report.run.id, 'report.html')}`)
      terminal.err(`HTML report: ${html}\n`)
    }
    return interrupt.code() ?? exitCodeOf(report.verdict.result)
  } catch (error) {
    progress.end(undefined)
    if (error instanceof RunRefused)
      throw new CommandExit(interrupt.code() ?? exitCode.notStarted, `not started: ${error.message}`)
    // Once there is a run, some of its load may have been sent: that is no longer "not started".
    if (error instanceof StoreError && runId !== undefined)
      throw new CommandExit(exitCode.broken, `run ${runId} has no report: ${error.message}`)
    throw error
  } finally {
    interrupt.dispose()
  }
}
