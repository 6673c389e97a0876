import { CommanderError } from '@commander-js/extra-typings'
import { StoreError } from '../store/store-error.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { program } from './program.ts'
import { tell } from './tell.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Runs one command line and gives the exit code. Nothing a user can type or write ends in a stack trace. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const code = await runCommandLine(args, terminal)
  // Streams tell of a failed write after the write.
  await new Promise(resolve => setImmediate(resolve))
  const unwritten = terminal.unwritten?.()
  if (unwritten === undefined) return code
  tell(terminal, `squall: ${unwritten}`)
  return exitCode.broken
}

async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCode.pass
  try {
    const finished = (result: number) => {
      code = result
    }
    await program(terminal, finished, args).parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.pass : exitCode.notStarted
    if (error instanceof CommandExit) {
      if (error.message !== '') tell(terminal, error.message)
      return error.code
    }
    if (error instanceof StoreError) {
      tell(terminal, `squall: ${error.message}`)
      return exitCode.notStarted
    }
    const detail = error instanceof Error ? error : new Error(String(error))
    tell(terminal, `squall: internal error: ${detail.message}`)
    if (process.env['SQUALL_DEBUG'] !== undefined) terminal.err(`${detail.stack}\n`)
    else terminal.err('This is a fault of Squall itself. SQUALL_DEBUG=1 shows where it happened.\n')
    return exitCode.broken
  }
}
