import { Command, Help } from '@commander-js/extra-typings'
import { version } from '../version.ts'
import { argumentFaults } from './argument-faults.ts'
import { needsCloudForRuns } from './cloud-only.ts'
import { OptionFaults } from './option-faults.ts'
import { optionParsers } from './option-parsers.ts'
import { api, cloud, noAssignments, noTexts, profile, repeated, stack, store, yes } from './shared-options.ts'
import type { Terminal } from './terminal.ts'
import { withScenarioOptions } from './with-scenario-options.ts'

/**
 * The command line. Each command is loaded when it is called, so that `squall --help` and the start of a load are quick.
 * `done` receives the exit code of a command that came to its end; `typed` is what will be parsed.
 */
export function program(terminal: Terminal, done: (code: number) => void, typed: readonly string[] = []): Command {
  const squall = new Command('squall')
    .description('A load test in one file, one verdict: pass, fail or inconclusive.')
    .version(version, '-v, --version')
    .helpOption('-h, --help')
    .showHelpAfterError('(squall --help lists the commands)')
    .exitOverride()
    .configureHelp({
      // A list of which nothing was given is no default that anybody could type.
      optionDescription: option =>
        Array.isArray(option.defaultValue) && option.defaultValue.length === 0
          ? option.description
          : new Help().optionDescription(option),
    })
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })

  const faults = new OptionFaults()
  const { assignment, regionName, wholeNumber } = optionParsers(faults)
  const command = (name: string) =>
    squall.command(name).exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
  const region = ['--region <region>', 'the AWS region of the deployment', regionName] as const

  withScenarioOptions(faults, command('run'))
    .description('run a scenario file, or a plain URL, and judge it')
    .argument('<file-or-url>')
    .option(
      '--generators <n>',
      'generators: threads of this machine (default: one a spare core)',
      wholeNumber('--generators', 1, 10_000),
    )
    .option('--seed <n>', 'repeat the random choices of an earlier run', wholeNumber('--seed', 0, 0xffffffff))
    .option(
      '--report <format[=file]>',
      'write a report: terminal, markdown, html, json, junit, csv; - is stdout (repeatable)',
      repeated,
      noTexts,
    )
    .option('--save <file>', 'write the scenario that was run')
    .option('--json', 'events as JSON lines on stdout; the last one is the report')
    .option('-q, --quiet', 'no progress')
    .option(...store)
    .option('--cloud', 'run it on the deployment instead of this machine')
    .option(...api)
    .option(...profile)
    .option(...region)
    .option('--detach', 'with --cloud: start it, print its id, and do not wait')
    .option('--abort-on-exit', 'with --cloud: Ctrl-C stops the load without a question')
    .hook('preAction', async command =>
      faults.add(...(await import('./run-option-faults.ts')).runOptionFaults(command.opts())),
    )
    .action(async (source, options) =>
      done(
        options.cloud
          ? await (await import('./run-cloud-command.ts')).runCloudCommand(source, options, terminal)
          : await (await import('./run-command.ts')).runCommand(source, options, terminal),
      ),
    )

  withScenarioOptions(faults, command('try'))
    .description('run each flow once with one user and show every request, answer, saved value and check')
    .argument('<file>')
    .action(async (file, options) => done(await (await import('./try-command.ts')).tryCommand(file, options, terminal)))

  withScenarioOptions(faults, command('check'))
    .description('find every fault of a scenario, then show its plan')
    .argument('<file>')
    .option('--generators <n>', 'plan for so many generators', wholeNumber('--generators', 1, 10_000))
    .option('--print', 'show the scenario as it is after environment, variables and defaults')
    .option('--cloud', 'for the cloud: how many Lambdas it needs and why, and what it would cost')
    .option(...region)
    .option('--answer-time <duration>', 'with --cloud: how fast the target is thought to answer (default: 200ms)')
    .option('--answer-size <size>', 'with --cloud: how large its answers are thought to be (default: 10kB)')
    .option('--json', 'with --cloud: as JSON')
    .hook('preAction', async command =>
      faults.add(...(await import('./check-command.ts')).checkOptionFaults(command.opts())),
    )
    .action(async (file, options) =>
      done(
        options.cloud
          ? await (await import('./check-cloud-command.ts')).checkCloudCommand(file, options, terminal)
          : await (await import('./check-command.ts')).checkCommand(file, options, terminal),
      ),
    )

  command('init')
    .description('ask three questions and write a scenario')
    .argument('[file]', 'the file to write', 'scenario.yml')
    .option('--target <url>', 'the answer to the first question; no questions are asked if all three are given')
    .option('--load <load>', 'the answer to the second: smoke, users or rate')
    .option('--limit <duration>', 'the answer to the third: the slowest p95 that is good enough')
    .action(async (file, options) =>
      done(await (await import('./init-command.ts')).initCommand(file, options, terminal)),
    )

  command('demo')
    .description('start a sample target and run a scenario against it')
    .argument('[file]', 'a scenario to run against the sample target', undefined)
    .option('--fault <fault>', 'give the target a fault to find: pool, ratelimit, slow or refuse')
    .option('--port <n>', 'the port of the target; 0 takes a free one', wholeNumber('--port', 0, 65_535))
    .option('--serve', 'only start the target, until Ctrl-C')
    .option('--generators <n>', 'generators: threads of this machine', wholeNumber('--generators', 1, 64))
    .option(
      '--set <name=value>',
      'give a variable another value (repeatable)',
      assignment('--set', 'peak=200/s'),
      noAssignments,
    )
    .option('--json', 'events as JSON lines on stdout; the last one is the report')
    .option('--for <duration>', 'run for so long')
    .option('-q, --quiet', 'no progress')
    .option(...store)
    .hook('preAction', async command => {
      faults.add(...(await import('./demo-command.ts')).demoOptionFaults(command.opts()))
      faults.addBesides(async () => (await import('../scenario/resolve-overrides.ts')).overrideFaults(command.opts()))
    })
    .action(async (file, options) =>
      done(await (await import('./demo-command.ts')).demoCommand(file, options, terminal)),
    )

  command('runs')
    .description('list the runs kept here')
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 10_000), 20)
    .option('--json', 'as JSON')
    .option(...store)
    .option(...cloud)
    .option(...api)
    .option(...profile)
    .option(...region)
    .hook('preAction', command => faults.add(...needsCloudForRuns(command.opts())))
    .action(async options => done(await (await import('./runs-command.ts')).runsCommand(options, terminal)))

  command('report')
    .description('show the report of a run again')
    .argument('<run>', 'an id, the beginning of one, or "last"')
    .option('--format <format>', 'terminal, markdown, html, json, junit or csv', 'terminal')
    .option('--output <file>', 'write it to a file; - is stdout')
    .option(...store)
    .option(...cloud)
    .option(...api)
    .option(...profile)
    .option(...region)
    .hook('preAction', async command =>
      faults.add(...(await import('./report-command.ts')).reportOptionFaults(command.opts())),
    )
    .action(async (run, options) =>
      done(await (await import('./report-command.ts')).reportCommand(run, options, terminal)),
    )

  command('abort')
    .description('stop a run that is under way in another terminal')
    .argument('<run>', 'an id, the beginning of one, or "last"')
    .option(...store)
    .option(...cloud)
    .option(...api)
    .option(...profile)
    .option(...region)
    .hook('preAction', command => faults.add(...needsCloudForRuns(command.opts())))
    .action(async (run, options) =>
      done(await (await import('./abort-command.ts')).abortCommand(run, options, terminal)),
    )

  command('deploy')
    .description('deploy Squall to AWS, or bring a deployment up to date')
    .option(...stack)
    .option(...profile)
    .option(...region)
    .option(
      '--context <name=value>',
      'a value for CDK, such as squall.retentionDays=30 (repeatable)',
      assignment('--context', 'squall.retentionDays=30'),
      noAssignments,
    )
    .option('--bootstrap', 'first make the account and region ready for CDK')
    .option(...yes)
    .action(async options => done(await (await import('./deploy-command.ts')).deployCommand(options, terminal)))

  command('destroy')
    .description('remove a deployment from AWS')
    .option(...stack)
    .option(...profile)
    .option(...region)
    .option(...yes)
    .action(async options => done(await (await import('./destroy-command.ts')).destroyCommand(options, terminal)))

  withScenarioOptions(faults, command('schedule'))
    .description('list, keep or remove what the deployment runs by itself, such as a nightly capacity check')
    .argument('[name]', 'the schedule; without it all are listed')
    .option('--run <file>', 'the scenario to run')
    .option('--when <expression>', 'cron(0 2 * * ? *), rate(1 day) or at(2026-12-24T02:00:00)')
    .option('--time-zone <name>', 'the time zone of --when, such as Europe/Berlin', 'UTC')
    .option('--remove', 'remove the schedule; its runs and its kept scenario stay')
    .option('--json', 'the list as JSON')
    .option(...api)
    .option(...profile)
    .option(...region)
    .action(async (name, options) =>
      done(await (await import('./schedule-command.ts')).scheduleCommand(name, options, terminal)),
    )

  command('serve')
    .description('the HTTP API on this machine, until Ctrl-C')
    .option('--port <n>', 'the port; 0 takes a free one', wholeNumber('--port', 0, 65_535), 8787)
    .option(
      '--allow <target>',
      'a host, an address or an address range that runs may be sent to, beside this machine (repeatable)',
      repeated,
      noTexts,
    )
    .option(
      '--secret <name>',
      'an environment variable that scenarios may read as a secret (repeatable)',
      repeated,
      noTexts,
    )
    .option('--runs <n>', 'how many runs may be under way at once', wholeNumber('--runs', 1, 100), 2)
    .option(...store)
    .hook('preAction', async command =>
      faults.add(...(await import('./serve-command.ts')).serveOptionFaults(command.opts(), process.env)),
    )
    .action(async options => done(await (await import('./serve-command.ts')).serveCommand(options, terminal)))

  // Behind the hooks above, which find what goes wrong between options.
  for (const each of squall.commands)
    each
      .allowUnknownOption()
      .allowExcessArguments()
      .hook('preAction', () => {
        faults.add(...argumentFaults(each, typed))
        return faults.tell()
      })
  return squall as unknown as Command
}
