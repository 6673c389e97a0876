import { fileURLToPath } from 'node:url'
import { type DemoFault, demoFaults } from '../demo/backend.ts'
import { startTargetThread, type TargetThread } from '../demo/target-thread.ts'
import type { Fault } from '../scenario/fault.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { listenForInterrupt } from './interrupt.ts'
import { optionFault } from './option-faults.ts'
import { type RunCommandOptions, runCommand } from './run-command.ts'
import { tell } from './tell.ts'
import type { Terminal } from './terminal.ts'

export type DemoOptions = Pick<RunCommandOptions, 'generators' | 'set' | 'for' | 'quiet' | 'json' | 'store'> & {
  readonly fault?: string
  readonly port?: number
  readonly serve?: true
}

/** The port that the examples send to, so that `squall demo --serve` in one terminal serves `squall run` in another. */
const examplesPort = 8080

/** `squall demo [FILE]`: the sample target on this machine and a scenario against it. */
export async function demoCommand(file: string | undefined, options: DemoOptions, terminal: Terminal): Promise<number> {
  const target = await start(options)
  try {
    return options.serve ? await serve(target, terminal) : await runAgainst(target, file, options, terminal)
  } finally {
    await target.stop()
  }
}

/** What of the options is wrong. */
export function demoOptionFaults(options: Pick<DemoOptions, 'fault'>): readonly Fault[] {
  if (faultOf(options) !== undefined) return []
  return [optionFault('--fault', ` ${options.fault}: expected pool, ratelimit, slow or refuse`)]
}

function faultOf({ fault: asked = 'none' }: Pick<DemoOptions, 'fault'>): DemoFault | undefined {
  return (Object.keys(demoFaults) as DemoFault[]).find(name => name === asked)
}

async function start(options: DemoOptions): Promise<TargetThread> {
  const fault = faultOf(options) ?? 'none'
  try {
    return await startTargetThread({ port: options.port ?? (options.serve ? examplesPort : 0), fault })
  } catch (error) {
    throw new CommandExit(exitCode.notStarted, error instanceof Error ? error.message : String(error))
  }
}

async function serve(target: TargetThread, terminal: Terminal): Promise<number> {
  terminal.out(`the sample target answers at ${target.url}; Ctrl-C ends it\n`)
  await new Promise<void>(resolve => listenForInterrupt(() => resolve()))
  return exitCode.pass
}

async function runAgainst(
  target: TargetThread,
  file: string | undefined,
  options: DemoOptions,
  terminal: Terminal,
): Promise<number> {
  const scenario = file ?? fileURLToPath(new URL('../../examples/demo.yml', import.meta.url))
  const fault =
    options.fault === undefined ? '' : ` with the fault "${options.fault}": ${demoFaults[options.fault as DemoFault]}`
  if (!options.quiet) tell(terminal, `sample target at ${target.url}${fault}`)
  return await runCommand(
    scenario,
    { ...options, target: target.url, report: [] },
    terminal,
    commandText(file, options),
  )
}

function commandText(file: string | undefined, { fault }: DemoOptions): string {
  return [
    'squall demo',
    ...(file === undefined ? [] : [file]),
    ...(fault === undefined ? [] : [`--fault ${fault}`]),
  ].join(' ')
}
