import type { Command } from '@commander-js/extra-typings'
import type { OptionFaults } from './option-faults.ts'
import { optionParsers } from './option-parsers.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { noAssignments } from './shared-options.ts'

/** The command with the options that change what a scenario says, which several commands take. */
export function withScenarioOptions(faults: OptionFaults, command: Command): Command<[], ScenarioOptions> {
  return command
    .option('--env <name>', 'use this environment of the scenario')
    .option(
      '--set <name=value>',
      'give a variable another value (repeatable)',
      optionParsers(faults).assignment('--set', 'peak=200/s'),
      noAssignments,
    )
    .option('--target <url>', 'send to this address instead of the scenario’s')
    .option('--users <n>', 'run with so many users instead of the scenario’s load')
    .option('--rate <rate>', 'run at this rate instead of the scenario’s load, such as 50/s')
    .option('--for <duration>', 'run for so long, such as 30s')
    .option('--env-file <file>', 'read environment variables and secrets from this file')
    .hook('preAction', command =>
      faults.addBesides(async () => (await import('../scenario/resolve-overrides.ts')).overrideFaults(command.opts())),
    )
}
