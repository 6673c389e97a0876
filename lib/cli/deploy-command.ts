import type { DeployOptions } from '../infra/deploy-stack.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText, warningText } from './fault-text.ts'
import { notReadyText } from './not-ready-text.ts'
import { tell } from './tell.ts'
import type { Terminal } from './terminal.ts'

export type DeployCommandOptions = Omit<DeployOptions, 'context'> & {
  readonly stack?: string
  readonly region?: string
  readonly context: readonly (readonly [string, string])[]
}

/** `squall deploy`: the stack of this folder's squall.config.ts, by cdk; then what the other commands need is written here. */
export async function deployCommand(options: DeployCommandOptions, terminal: Terminal): Promise<number> {
  const { missingToolkit } = await import('../infra/cdk-toolkit.ts')
  const missing = missingToolkit()
  if (missing.length > 0)
    throw new CommandExit(
      exitCode.notStarted,
      `squall deploy needs CDK and esbuild, which a run does not, beside Squall in this project:\n\n    npm install --save-dev ${missing.join(' ')}`,
    )
  const context = {
    ...Object.fromEntries(options.context),
    ...(options.stack !== undefined && { 'squall.stack': options.stack }),
    ...(options.region !== undefined && { 'squall.region': options.region }),
  }
  const { loadConfig } = await import('../infra/load-config.ts')
  const config = await loadConfig(process.cwd(), context)
  if (!config.ok)
    throw new CommandExit(
      exitCode.notStarted,
      faultText(config.faults).replace('nothing was sent', 'nothing was deployed'),
    )
  for (const warning of config.warnings) tell(terminal, warningText(warning))
  await needReadyAccount(config.value.region, { ...context, ...options })

  const [{ deployStack }, { CLOUD_FILE, writeCloudFile }] = await Promise.all([
    import('../infra/deploy-stack.ts'),
    import('../infra/cloud-file.ts'),
  ])
  const pairs = Object.entries(context).map(([name, value]) => `${name}=${value}`)
  const deployed = await deployStack(config.value, { ...options, context: pairs })
  if ('exitCode' in deployed)
    throw new CommandExit(
      deployed.exitCode === exitCode.interrupted ? exitCode.interrupted : exitCode.notStarted,
      'cdk did not deploy the stack: see what it says above. An account and region that CDK is new to: squall deploy --bootstrap',
    )
  writeCloudFile(deployed.cloud)
  for (const [name, value] of Object.entries(deployed.outputs)) terminal.out(`${name} = ${value}\n`)
  tell(terminal, `\nwrote ${CLOUD_FILE}: squall run FILE --cloud runs it there`)
  const { ApiKeyId } = deployed.outputs
  if (ApiKeyId !== undefined)
    tell(
      terminal,
      `the API asks for a key in SQUALL_API_KEY, which this prints:\n\n    aws apigateway get-api-key --api-key ${ApiKeyId} \\\n      --include-value --query value --output text`,
    )
  return exitCode.pass
}

/** Told before everything is bundled, which takes a while. */
async function needReadyAccount(
  region: string | undefined,
  { profile, bootstrap, ...context }: Pick<DeployOptions, 'profile' | 'bootstrap'> & Readonly<Record<string, unknown>>,
): Promise<void> {
  const { accountNotReady } = await import('../infra/account-ready.ts')
  const qualifier = context['@aws-cdk/core:bootstrapQualifier']
  const found = await accountNotReady({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(typeof qualifier === 'string' && { qualifier }),
  })
  if (found === undefined || (found.kind === 'bootstrap' && bootstrap)) return
  throw new CommandExit(exitCode.notStarted, notReadyText(found, profile))
}
