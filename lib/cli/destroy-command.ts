import { readCloudFile, removeCloudFile } from '../infra/cloud-file.ts'
import type { DeployedStack } from '../infra/deployed-stack.ts'
import type { RunStop } from '../infra/destroy-stack.ts'
import type { Fault } from '../scenario/fault.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText } from './fault-text.ts'
import { notReadyText } from './not-ready-text.ts'
import { tell, wrapLines } from './tell.ts'
import type { Terminal } from './terminal.ts'

export type DestroyCommandOptions = {
  readonly stack?: string
  readonly region?: string
  readonly profile?: string
  readonly yes?: true
}

/** `squall destroy`: empties and removes a deployment, and says what of it stays. */
export async function destroyCommand(options: DestroyCommandOptions, terminal: Terminal): Promise<number> {
  const { name, region } = await whichStack(options)
  const [{ cloudClients }, { findDeployedStack }, { removeStack, runsUnderWay, stopRuns }] = await Promise.all([
    import('../infra/cloud-clients.ts'),
    import('../infra/deployed-stack.ts'),
    import('../infra/destroy-stack.ts'),
  ])
  const { profile } = options
  const clients = cloudClients({ ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) })
  const say = (text: string) => tell(terminal, text)

  const stack = await findDeployedStack(clients, name).catch(async (error: unknown) => {
    const { notReadyBy } = await import('../infra/account-ready.ts')
    const found = await notReadyBy(error, clients.cloudFormation.config.region)
    if (found !== undefined) throw new CommandExit(exitCode.notStarted, notReadyText(found, profile))
    return cannotAsk('CloudFormation')(error)
  })
  if (stack === undefined) throw new CommandExit(exitCode.notStarted, `there is no stack "${name}" ${place(region)}`)
  if (stack === 'foreign')
    throw new CommandExit(
      exitCode.notStarted,
      `the stack "${name}" ${place(region)} is none of Squall’s: it is left alone`,
    )
  if (stack.isProtected)
    throw new CommandExit(
      exitCode.notStarted,
      `the stack "${name}" is protected: set deletionProtection: false in squall.config.ts and deploy it, then destroy it`,
    )
  const runs = await runsUnderWay(clients, stack).catch(cannotAsk('Step Functions for runs under way'))
  say(`the stack "${name}": ${stack.id}`)
  if (runs.length > 0) say(`runs under way, which are stopped: ${runs.join(', ')}`)
  const keepsData = stack.kept.some(({ type }) => type === 'AWS::S3::Bucket')
  say(keepsData ? 'its bucket and its table stay' : 'all runs, reports, scenarios and schedules in it are deleted')
  if (!options.yes) await confirm(name)

  tellStops(await stopRuns(clients, stack, runs), options.yes === true, say)
  const failures = await removeStack(clients, stack, say)
  if (failures.length > 0)
    throw new CommandExit(exitCode.broken, `the stack "${name}" is not gone:\n  ${failures.join('\n  ')}`)
  removeCloudFile(name)
  terminal.out(wrapLines(`destroyed ${name}\n${keptText(stack)}`, terminal.width))
  return exitCode.pass
}

function cannotAsk(whom: string): (error: unknown) => never {
  return error => {
    throw new CommandExit(exitCode.notStarted, `cannot ask ${whom}: ${error instanceof Error ? error.message : error}`)
  }
}

/**
 * Says which runs were not stopped, and why. One that was told in one of two ways comes to its end; where a run goes on
 * that nothing has told, only `--yes` deletes what it works on.
 */
function tellStops(stops: readonly RunStop[], goesOn: boolean, say: (text: string) => void): void {
  const line = ({ runId, failures }: RunStop) => `  ${runId}: ${failures.join('; ')}`
  const half = stops.filter(({ failures, isTold }) => isTold && failures.length > 0)
  if (half.length > 0)
    say(['stopped in one of two ways, so that the load may go on for 30 s:', ...half.map(line)].join('\n'))
  const untold = stops.filter(({ isTold }) => !isTold).map(line)
  if (untold.length === 0) return
  if (goesOn) {
    say(['not stopped; the load ends up to 30 s after the stack is gone:', ...untold].join('\n'))
    return
  }
  const fix = '  fix: wait until they have ended, or --yes, with which they lose what they work on'
  throw new CommandExit(
    exitCode.notStarted,
    ['nothing was deleted, since runs could not be stopped:', ...untold, fix].join('\n'),
  )
}

/**
 * By the options, else by what `squall deploy` wrote here, else by the configuration: neither is read where it is not
 * needed, so that a broken one keeps nobody from removing what costs money.
 */
async function whichStack({
  stack,
  region,
}: DestroyCommandOptions): Promise<{ readonly name: string; readonly region: string | undefined }> {
  if (stack !== undefined && region !== undefined) return { name: stack, region }
  const written = readCloudFile()
  if (written !== undefined && 'message' in written) throw unread([written])
  const writtenFits = written !== undefined && (stack === undefined || stack === written.stack)
  if (writtenFits) return { name: written.stack, region: region ?? written.region }
  const { configFile, loadConfig } = await import('../infra/load-config.ts')
  const read = configFile(process.cwd()) === undefined ? undefined : await loadConfig(process.cwd(), {})
  if (read?.ok === false) throw unread(read.faults)
  const config = read?.value
  const name = stack ?? config?.stack ?? 'squall'
  return { name, region: region ?? (config?.stack === name ? config.region : undefined) }
}

function unread(faults: readonly Fault[]): CommandExit {
  const text = faultText(faults).replace('nothing was sent', 'nothing was deleted')
  return new CommandExit(exitCode.notStarted, `${text}\nWith --stack and --region it is not needed.`)
}

function place(region: string | undefined): string {
  return `in ${region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'the default region'}`
}

/** The name, typed out: a Yes is given too easily where data go. */
async function confirm(name: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandExit(exitCode.notStarted, 'squall destroy asks before it deletes; without a terminal give --yes')
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await reader.question(`Type ${name} to destroy it: `)
  reader.close()
  if (answer.trim() !== name) throw new CommandExit(exitCode.notStarted, 'nothing was deleted')
}

const reasons: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'keepDataOnDestroy of its configuration',
  'AWS::DynamoDB::Table': 'keepDataOnDestroy of its configuration',
  'AWS::IAM::Role': 'API Gateway logs with it, in the whole account and region',
  'AWS::ApiGateway::Account': 'the account’s setting that names the role',
}

function keptText({ kept }: DeployedStack): string {
  const lines = kept.map(({ type, name }) => `  ${type} ${name} (${reasons[type] ?? 'its deletion policy'})`)
  return [
    ...(lines.length > 0 ? ['kept:', ...lines] : []),
    'untouched: secrets in Systems Manager and Secrets Manager, and CDK’s own stack CDKToolkit',
    '',
  ].join('\n')
}
