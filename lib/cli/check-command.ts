import { renderPlan } from '../report/plan-view.ts'
import { parseDuration } from '../scenario/duration.ts'
import type { Fault } from '../scenario/fault.ts'
import type { Parsed } from '../scenario/grammar-error.ts'
import { printScenario } from '../scenario/print-scenario.ts'
import type { Attachments, Scenario } from '../scenario/scenario.ts'
import { parseSize } from '../scenario/size.ts'
import { prepareRun } from '../workflow/prepare-run.ts'
import { needsCloud } from './cloud-only.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText } from './fault-text.ts'
import { type ScenarioOptions, scenarioSource } from './scenario-options.ts'
import type { Terminal } from './terminal.ts'

export type CheckOptions = ScenarioOptions & {
  readonly generators?: number
  readonly print?: true
  readonly region?: string
  readonly answerTime?: string
  readonly answerSize?: string
  readonly json?: true
}

/** What of the options is wrong, or goes with --cloud only. */
export function checkOptionFaults(options: Partial<CheckOptions> & { readonly cloud?: true }): readonly Fault[] {
  const { cloud, region, answerTime, answerSize, json } = options
  return [
    ...needsCloud(cloud, {
      '--region': region,
      '--answer-time': answerTime,
      '--answer-size': answerSize,
      '--json': json,
    }),
    ...valueFaults('--answer-time', answerTime, parseDuration),
    ...valueFaults('--answer-size', answerSize, parseSize),
  ]
}

function valueFaults(
  option: string,
  text: string | undefined,
  parse: (text: string) => Parsed<number>,
): readonly Fault[] {
  const parsed = text === undefined ? undefined : parse(text)
  if (parsed === undefined || parsed.ok) return []
  return parsed.errors.map(({ message, expected }) => ({
    path: option,
    message: `${option} ${text}: ${message}`,
    ...(expected !== undefined && { expected }),
  }))
}

/** `squall check FILE`: every fault at once (exit 3), or the plan. Nothing is sent. */
export async function checkCommand(file: string, options: CheckOptions, terminal: Terminal): Promise<number> {
  const { generators } = options
  const prepared = await prepareRun(scenarioSource(file, options), {
    ...(generators !== undefined && { generators }),
    random: Math.random,
    nowMs: Date.now(),
  })
  if (!prepared.ok) throw new CommandExit(exitCode.notStarted, faultText(prepared.faults))
  const { plan, scenario, attachments } = prepared.value
  if (options.print) terminal.out(printed(scenario, attachments))
  terminal.out(renderPlan(plan, { width: terminal.width, colour: terminal.outColour, warnings: prepared.warnings }))
  return exitCode.pass
}

/** The scenario as YAML, which writes the C0 controls of a text as escapes; what else a terminal acts upon is replaced. */
export function printed(scenario: Scenario, attachments: Attachments): string {
  const text = printScenario(scenario, attachments).replace(/[\u007f-\u009f]|\p{Bidi_Control}/gu, '\ufffd')
  return `${text.trimEnd()}\n\n`
}
