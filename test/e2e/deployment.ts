import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { ConfigInput } from '../../lib/infra/config.ts'
import { clientEnvironment } from '../../tools/local-aws/emulator.ts'
import { startLocalAws, stopLocalAws } from '../../tools/local-aws/local-aws.ts'
import { squall } from './squall.ts'

/** What the cases know of the deployment that they are run against. */
export type Deployed = {
  readonly environment: Readonly<Record<string, string>>
  readonly stack: string
  /** Where squall.config.ts is, and what deploying wrote. */
  readonly folder: string
  readonly apiUrl: string
  readonly bucket: string
  readonly table: string
  readonly stateMachineArn: string
}

declare module 'vitest' {
  interface ProvidedContext {
    deployed: Deployed
  }
}

const stack = 'squall-e2e'

/**
 * Legs of 20 s, so that a run of 40 s has two; the leads are those of a machine with two cores on which 20 processes start
 * at once.
 */
export const legTimes = { legMs: 20_000, leadMs: 25_000, changeMs: 4_000, drainMs: 4_000, startLeadMs: 20_000 }

const config: ConfigInput = {
  stack,
  allow: { hosts: ['127.0.0.1'], cidrs: ['127.0.0.0/8'], ports: [{ from: 1024, to: 65_535 }] },
  ceilings: { ratePerSecond: 1000, budgetUsd: 5, generators: 40, concurrentRuns: 4 },
  legTimes,
  local: true,
}

/** Starts a local AWS, deploys the stack as a user does, and gives what undoes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-e2e-'))
  writeFileSync(join(folder, 'squall.config.ts'), `export default ${JSON.stringify(config, undefined, 2)}\n`)
  const local = await localAws()
  const undo = async () => {
    await step('the local AWS ends', local.stop)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const environment = { ...local.environment, CDK_DEFAULT_ACCOUNT: '000000000000', CDK_DEFAULT_REGION: 'us-east-1' }
    const deployed = await step('squall deploy, with cdk bootstrap', () =>
      squall(folder, environment, 'deploy', '--bootstrap', '--yes'),
    )
    if (deployed.code !== 0) throw new Error(`squall deploy ended with ${deployed.code}:\n${deployed.err.slice(-8000)}`)
    const output = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(deployed.out)?.[1] ?? ''
    const cloud = JSON.parse(readFileSync(join(folder, '.squall', 'cloud.json'), 'utf8'))
    project.provide('deployed', {
      environment,
      stack,
      folder,
      apiUrl: cloud.apiUrl.replace(/\/$/, ''),
      bucket: output('BucketName'),
      table: output('TableName'),
      stateMachineArn: output('StateMachineArn'),
    })
  } catch (error) {
    await undo()
    throw error
  }
  return undo
}

/** One that runs already, where AWS_ENDPOINT_URL says so: MiniStack, for a quick loop. Else LocalStack, on a free port. */
async function localAws(): Promise<{ environment: Readonly<Record<string, string>>; stop: () => Promise<unknown> }> {
  const given = process.env['AWS_ENDPOINT_URL']
  if (given !== undefined) return { environment: clientEnvironment(Number(new URL(given).port)), stop: async () => {} }
  const port = await freePort()
  const environment = await step('LocalStack starts', () => startLocalAws('localstack', { port, say }))
  return { environment, stop: () => stopLocalAws('localstack') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

const startedMs = Date.now()

function say(text: string): void {
  process.stderr.write(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
}

async function step<T>(name: string, act: () => Promise<T>): Promise<T> {
  const beganMs = Date.now()
  const result = await act()
  say(`${name}: ${((Date.now() - beganMs) / 1000).toFixed(1)} s`)
  return result
}
