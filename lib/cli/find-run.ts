import type { RunRecord } from '../store/run-store.ts'
import { CommandExit, exitCode } from './exit-code.ts'

/** The one run that the user means by a text, of those that it was found to begin; or the command ends and says why not. */
export function theRun(found: readonly RunRecord[], text: string): RunRecord {
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (only === undefined)
    throw new CommandExit(
      exitCode.notStarted,
      text === 'last'
        ? 'no run is kept here yet; squall run FILE makes one'
        : `no run begins with "${text}"; squall runs lists them`,
    )
  const ids = found.slice(0, 5).map(({ id }) => `  ${id}`)
  throw new CommandExit(
    exitCode.notStarted,
    `"${text}" begins ${found.length} runs, give more of the id:\n${ids.join('\n')}`,
  )
}
