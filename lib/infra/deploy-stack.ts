import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { appCommand, runCdk } from './cdk-toolkit.ts'
import type { CloudFile } from './cloud-file.ts'
import type { Config } from './config.ts'
import { localApiUrl } from './local-differences.ts'

export type DeployOptions = {
  readonly profile?: string
  /** Makes ready an account and region that CDK has never been used in. */
  readonly bootstrap?: true
  /** Does not ask before permissions are widened. */
  readonly yes?: true
  /** `NAME=VALUE` of CDK's context. */
  readonly context: readonly string[]
}

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()))

export type Deployed = {
  readonly outputs: Readonly<Record<string, string>>
  readonly cloud: CloudFile
}

/** Deploys the stack with cdk; cdk's exit code where it fails, which it has explained by then. */
export async function deployStack(
  config: Config,
  options: DeployOptions,
): Promise<Deployed | { readonly exitCode: number }> {
  const work = mkdtempSync(join(tmpdir(), 'squall-deploy-'))
  const outputsFile = join(work, 'outputs.json')
  const common = [
    ...['--app', appCommand()],
    ...['--output', join(work, 'cdk.out')],
    ...options.context.flatMap(pair => ['--context', pair]),
    ...(options.profile === undefined ? [] : ['--profile', options.profile]),
  ]
  const env = config.region === undefined ? {} : { AWS_REGION: config.region, AWS_DEFAULT_REGION: config.region }
  try {
    if (options.bootstrap) {
      const exitCode = await runCdk(['bootstrap', ...common], env)
      if (exitCode !== 0) return { exitCode }
    }
    const approval = options.yes ? ['--require-approval', 'never'] : []
    const exitCode = await runCdk(['deploy', config.stack, ...common, ...approval, '--outputs-file', outputsFile], env)
    if (exitCode !== 0) return { exitCode }
    const outputs = outputsSchema.parse(JSON.parse(readFileSync(outputsFile, 'utf8')))[config.stack] ?? {}
    return { outputs, cloud: cloudOf(config, outputs) }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function cloudOf(config: Config, outputs: Readonly<Record<string, string>>): CloudFile {
  const { ApiUrl = '', ApiId = '', StateMachineArn = '' } = outputs
  const [, , , region = ''] = StateMachineArn.split(':')
  const url = ApiUrl.replace(/\/$/, '')
  const endpoint = process.env['AWS_ENDPOINT_URL']
  return {
    schema: 'squall.cloud.v1',
    apiUrl: config.local && endpoint !== undefined ? localApiUrl(endpoint, ApiId, url.split('/').at(-1) ?? '') : url,
    region,
    stack: config.stack,
    auth: config.auth,
  }
}
