import { CommanderError } from '@commander-js/extra-typings'
import { StoreError } from '../store/store-error.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { program } from './program.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Runs one command line and gives the exit code. Nothing a user can type or write ends in a stack trace. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const code = await runCommandLine(args, terminal)
  // Streams tell of a failed write after the write.
  await new Promise(resolve => setImmediate(resolve))
  const unwritten = terminal.unwritten?.()
  if (unwritten === undefined) return code
  terminal.err(`squall: ${unwritten}\n`)
  return exitCode.broken
}

async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCode.pass
  try {
    await program(terminal, result => {
      code = result
    }).parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.pass : exitCode.notStarted
    if (error instanceof CommandExit) {
      if (error.message !== '') terminal.err(`${error.message}\n`)
      return error.code
    }
    if (error instanceof StoreError) {
      terminal.err(`squall: ${error.message}\n`)
      return exitCode.notStarted
    }
    const detail = error instanceof Error ? error : new Error(String(error))
    terminal.err(`squall: internal error: ${detail.message}\n`)
    if (process.env['SQUALL_DEBUG'] !== undefined) terminal.err(`${detail.stack}\n`)
    else terminal.err('This is a fault of Squall itself. SQUALL_DEBUG=1 shows where it happened.\n')
    return exitCode.broken
  }
}
