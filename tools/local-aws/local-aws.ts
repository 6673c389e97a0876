import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { clientEnvironment, type EmulatorName, emulatorNames, emulators } from './emulator.ts'
import { startProcess, stopProcess } from './emulator-process.ts'
import { installEmulator } from './install-emulator.ts'

const usage = `npm run localstack -- start|stop [localstack|ministack] [FOLDER]
PORT (4566) and LAMBDA_NODE_BINARY (the Node of this project) are read from the environment.
`

export type LocalAwsOptions = {
  /** Keeps what is installed and what the emulator writes. Default: a folder in the user's cache. */
  readonly folder?: string
  readonly port?: number
  readonly say?: (text: string) => void
}

const cacheFolder = () => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'squall-local-aws')

const folderOf = (name: EmulatorName, { folder = cacheFolder() }: LocalAwsOptions) => join(resolve(folder), name)

/** Installs the emulator where it is not, starts it, and gives the environment with which clients reach it. */
export async function startLocalAws(
  name: EmulatorName,
  options: LocalAwsOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const { port = 4566, say = () => {} } = options
  const folder = folderOf(name, options)
  await mkdir(folder, { recursive: true })
  const place = { folder, port, nodeBinary: process.env['LAMBDA_NODE_BINARY'] ?? process.execPath }
  await installEmulator(emulators[name], folder, say)
  const pid = await startProcess(emulators[name], place)
  say(`${name} is ready on port ${port}, process ${pid}, below ${folder}`)
  return clientEnvironment(port)
}

export const stopLocalAws = (name: EmulatorName, options: LocalAwsOptions = {}): Promise<boolean> =>
  stopProcess(folderOf(name, options))

async function main(): Promise<number> {
  const [action, name = 'localstack', folder] = parseArgs({ allowPositionals: true, strict: false }).positionals
  const chosen = emulatorNames.find(known => known === name)
  if (chosen === undefined || (action !== 'start' && action !== 'stop')) {
    process.stderr.write(usage)
    return 3
  }
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const options = { port: Number(process.env['PORT'] ?? 4566), say, ...(folder !== undefined && { folder }) }
  if (action === 'stop') {
    say((await stopLocalAws(chosen, options)) ? `${chosen} has ended` : `${chosen} was not started from here`)
    return 0
  }
  // For the shell: eval "$(npm run --silent localstack -- start)"
  for (const [variable, value] of Object.entries(await startLocalAws(chosen, options)))
    process.stdout.write(`export ${variable}=${value}\n`)
  return 0
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 4
  })
}
