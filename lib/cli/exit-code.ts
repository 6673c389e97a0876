import type { VerdictResult } from '../judge/verdict.ts'

/** What the process tells its caller; the same for every command. */
export const exitCode = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  /** Bad scenario, wrong usage, target not allowed, over budget, no suitable Node. */
  notStarted: 3,
  /** Squall itself broke. */
  broken: 4,
  /** By SIGHUP: its terminal is gone. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const

/** What the first signal that stops a run tells the caller. */
export const signalExitCode = {
  SIGINT: exitCode.interrupted,
  SIGTERM: exitCode.terminated,
  SIGHUP: exitCode.hungUp,
} as const

/** What a run's verdict tells the caller. */
export function exitCodeOf(result: VerdictResult): number {
  return exitCode[result]
}

/** Ends a command with a text for the user and an exit code; never shown with a stack. */
export class CommandExit extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.name = 'CommandExit'
    this.code = code
  }
}
