import { CommandExit, exitCode } from './exit-code.ts'

/** Options that mean nothing here are no options that may be ignored: a load would be sent from the wrong place. */
export function needsCloud(options: Readonly<Record<string, unknown>>): void {
  const [idle] = Object.entries(options).find(([, value]) => value !== undefined) ?? []
  if (idle !== undefined) throw new CommandExit(exitCode.notStarted, `${idle} goes with --cloud`)
}
