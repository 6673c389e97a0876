import { renderPlan } from '../report/plan-view.ts'
import { printScenario } from '../scenario/print-scenario.ts'
import { prepareRun } from '../workflow/prepare-run.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText } from './fault-text.ts'
import { type ScenarioOptions, scenarioSource } from './scenario-options.ts'
import type { Terminal } from './terminal.ts'

export type CheckOptions = ScenarioOptions & { readonly generators?: number; readonly print?: true }

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
  if (options.print) terminal.out(`${shownYaml(printScenario(scenario, attachments)).trimEnd()}\n\n`)
  terminal.out(renderPlan(plan, { width: terminal.width, colour: terminal.outColour, warnings: prepared.warnings }))
  return exitCode.pass
}

/** YAML writes the C0 controls of a text as escapes; what else a terminal acts upon is replaced. */
function shownYaml(text: string): string {
  return text.replace(/[\u007f-\u009f]|\p{Bidi_Control}/gu, '\ufffd')
}
