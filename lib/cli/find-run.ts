import type { RunRecord } from '../store/run-store.ts'
import { CommandExit, exitCode } from './exit-code.ts'

/** Where a run is kept: on this machine, or by a deployment. */
export type RunPlace = 'here' | 'cloud'

const words = {
  here: { none: 'no run is kept here yet; squall run FILE makes one', list: 'squall runs' },
  cloud: { none: 'the deployment keeps no run yet; squall run FILE --cloud makes one', list: 'squall runs --cloud' },
} as const

/** So many runs are named to choose from. */
const mostNamed = 5

/** The one run that the user means by a text, of those that it was found to begin; or the command ends and says why not. */
export function theRun(found: readonly RunRecord[], text: string, place: RunPlace = 'here'): RunRecord {
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const { none, list } = words[place]
  if (only === undefined)
    throw new CommandExit(
      exitCode.notStarted,
      text === 'last' ? none : `no run begins with "${text}"; ${list} lists them`,
    )
  const ids = found.slice(0, mostNamed).map(({ id }) => `  ${id}`)
  const left = found.length - ids.length
  if (left > 0) ids.push(`  and ${left} more; ${list} lists them`)
  throw new CommandExit(
    exitCode.notStarted,
    `"${text}" begins ${found.length} runs, give more of the id:\n${ids.join('\n')}`,
  )
}

/** Why there is nothing to report of a run; `state` as it really is. */
export function noReport({ id, state, headline }: RunRecord, place: RunPlace): CommandExit {
  const { list } = words[place]
  const why =
    state === 'planned' || state === 'running'
      ? `it is still ${state === 'planned' ? 'being planned' : 'running'}, and is reported when it has ended; ${list} shows its state`
      : `it ${state === 'lost' ? 'was lost' : `is ${state}`}${headline === undefined ? '' : `: ${headline}`}`
  return new CommandExit(exitCode.notStarted, `run ${id} has no report: ${why}`)
}
