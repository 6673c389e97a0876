import { type CloudQuote, quoteCloudRun } from '../plan/cloud-quote.ts'
import { isLocalTarget } from '../plan/local-target.ts'
import { DEFAULT_ASSUMPTIONS } from '../plan/run-usage.ts'
import { targetFaults } from '../plan/target-faults.ts'
import { planWarnings } from '../plan/warnings.ts'
import { costLine, renderCloudQuote } from '../report/cloud-quote-view.ts'
import { renderPlan } from '../report/plan-view.ts'
import { parseDuration } from '../scenario/duration.ts'
import type { Fault } from '../scenario/fault.ts'
import { parseSize } from '../scenario/size.ts'
import { placeFaults } from '../workflow/place-faults.ts'
import { readSource } from '../workflow/prepare-run.ts'
import { type CheckOptions, printed } from './check-command.ts'
import { cloudSettings } from './cloud-settings.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText } from './fault-text.ts'
import { scenarioSource } from './scenario-options.ts'
import type { Terminal } from './terminal.ts'

/**
 * `squall check FILE --cloud`: how a deployment would run it, on how many Lambdas and why, and what it would cost. It
 * asks nobody: what is not known of the deployment is taken from defaults, and said.
 */
export async function checkCloudCommand(file: string, options: CheckOptions, terminal: Terminal): Promise<number> {
  const { generators, region } = options
  const source = scenarioSource(file, options)
  const reading = await readSource({ ...source, options: { ...source.options, secrets: 'elsewhere' } })
  const named = source.kind === 'file' ? { file } : {}
  if (!reading.ok) return refuse(reading.faults, options, terminal)
  const known = await cloudSettings(region === undefined ? {} : { region })
  if (!known.ok) return refuse(known.faults, options, terminal)
  const settings = known.value
  const { scenario } = reading.value
  const quote = quoteCloudRun(
    {
      scenario,
      runId: 'check',
      scenarioHash: '',
      seed: scenario.seed ?? Math.floor(Math.random() * 2 ** 32),
      nowMs: Date.now(),
      legTimes: settings.legTimes,
    },
    {
      region: settings.region,
      ceilings: settings.ceilings,
      assumptions: {
        ...DEFAULT_ASSUMPTIONS,
        answers: answersOf(options),
        network: settings.network,
        retentionDays: settings.retentionDays,
      },
      ...(generators !== undefined && { asked: generators }),
    },
  )
  const forbidden = settings.target === undefined ? [] : targetFaults(scenario, settings.target)
  const faults = placeFaults([...quote.faults, ...forbidden, ...quote.refusals], source, scenario)
  const warnings = [
    ...reading.warnings,
    // Where there is a configuration, its allow-list decides.
    ...(settings.target === undefined && isLocalTarget(scenario.target) ? [ownMachine] : []),
    ...planWarnings(quote.plan, { knownTarget: true }),
  ].map(warning => ({ ...named, ...warning }))
  if (options.json) {
    terminal.out(`${JSON.stringify(quoteJson(quote, settings.sources, { faults, warnings }), null, 2)}\n`)
    return faults.length === 0 ? exitCode.pass : exitCode.notStarted
  }
  if (options.print) terminal.out(printed(scenario, reading.value.attachments))
  const look = { width: terminal.width, colour: terminal.outColour }
  terminal.out(
    `${renderPlan(quote.plan, { ...look, warnings, cost: costLine(quote) })}\n${renderCloudQuote(quote, { ...look, sources: settings.sources })}`,
  )
  return faults.length === 0 ? exitCode.pass : refuse(faults, options, terminal)
}

const ownMachine: Fault = {
  path: 'target',
  message: 'this is the machine that sends: from a Lambda function nothing of yours is reached there',
  expected: 'a host that the deployment reaches; --target names another one',
}

/** Those that are wrong have been told before the command began. */
function answersOf({ answerTime = '', answerSize = '' }: CheckOptions): typeof DEFAULT_ASSUMPTIONS.answers {
  const { answers } = DEFAULT_ASSUMPTIONS
  const time = parseDuration(answerTime)
  const size = parseSize(answerSize)
  return {
    ...answers,
    ...(time.ok && { answerMs: time.value }),
    ...(size.ok && { responseBytes: size.value }),
  }
}

function refuse(faults: readonly Fault[], { json }: CheckOptions, terminal: Terminal): number {
  if (!json) throw new CommandExit(exitCode.notStarted, faultText(faults))
  terminal.out(`${JSON.stringify({ schema: 'squall.cloud-check.v1', ok: false, faults }, null, 2)}\n`)
  return exitCode.notStarted
}

/** For scripts and CI; docs/cost.md describes it. */
function quoteJson(
  quote: CloudQuote,
  settings: readonly string[],
  { faults, warnings }: { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] },
) {
  const { plan, generators, reasons, lambdasAtOnce, estimate } = quote
  return {
    schema: 'squall.cloud-check.v1',
    ok: faults.length === 0,
    generators,
    reasons,
    lambdasAtOnce,
    legs: plan.legs.map(({ number, fromMs, toMs }) => ({ number, fromMs, toMs })),
    loadMs: plan.loadMs,
    ...(plan.scenario.budgetUsd !== undefined && { budgetUsd: plan.scenario.budgetUsd }),
    estimate,
    settings,
    faults,
    warnings,
  }
}
