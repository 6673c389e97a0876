import { monotonicClock } from '../generate/clock.ts'
import { httpDispatchers, prepareDispatchers } from '../generate/http-dispatchers.ts'
import { maskSecrets } from '../generate/mask.ts'
import { tryFlows } from '../generate/try-flows.ts'
import { readSource } from '../workflow/prepare-run.ts'
import { environmentSecrets } from '../workflow/secrets.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText, warningText } from './fault-text.ts'
import { type ScenarioOptions, scenarioSource } from './scenario-options.ts'
import { tell } from './tell.ts'
import type { Terminal } from './terminal.ts'
import { tracePrinter } from './trace-printer.ts'

/** `squall try FILE`: each flow once with one user, everything shown, nothing judged. 0 where nothing failed, else 1. */
export async function tryCommand(file: string, options: ScenarioOptions, terminal: Terminal): Promise<number> {
  const prepared = await readSource(scenarioSource(file, options))
  for (const warning of prepared.warnings) tell(terminal, warningText(warning))
  if (!prepared.ok) throw new CommandExit(exitCode.notStarted, faultText(prepared.faults))
  const { scenario, attachments } = prepared.value
  const secrets = await environmentSecrets(scenario.secrets)
  const mask = maskSecrets(secrets)
  await prepareDispatchers(scenario.http)
  const dispatchers = httpDispatchers(scenario.http, scenario.target, { files: attachments.files })
  try {
    const { failures } = await tryFlows(scenario, {
      clock: monotonicClock,
      dispatchers,
      files: attachments.files,
      rows: attachments.rows,
      secrets,
      seed: scenario.seed ?? 1,
      tracer: tracePrinter(terminal.out, { colour: terminal.outColour, width: terminal.width, mask }),
    })
    terminal.out(
      failures === 0 ? '\nevery flow went through\n' : `\n${failures} ${failures === 1 ? 'failure' : 'failures'}\n`,
    )
    return failures === 0 ? exitCode.pass : exitCode.fail
  } finally {
    dispatchers.close()
  }
}
