import type { VerdictResult } from '../judge/verdict.ts'
import { formatSpan } from '../measure/format-duration.ts'
import { MISSING } from '../measure/format-number.ts'
import { VERDICT_WORD } from './headline.ts'
import { terminalStyle } from './terminal-style.ts'
import { cutEnd, cutMiddle, padEnd, textWidth } from './terminal-text.ts'

/** What the list of runs shows of each; a record of the store has it all. */
export type RunRow = {
  readonly id: string
  readonly scenario: string
  readonly state: string
  /** ISO UTC. */
  readonly createdAt: string
  readonly verdict?: VerdictResult
  readonly headline?: string
}

const WIDEST_NAME = 16

/**
 * The runs that are kept, in the order given: id, age, scenario, and the verdict in one sentence; a run without a verdict
 * shows its state. No line is wider than `width`.
 */
export function renderRuns(
  runs: readonly RunRow[],
  options: { readonly width?: number; readonly colour?: boolean; readonly nowMs: number },
): string {
  if (runs.length === 0) return 'no runs yet\n'
  const width = Math.max(60, options.width ?? 80)
  const style = terminalStyle(options.colour === true)
  const rows = runs.map(run => ({
    run,
    id: cutMiddle(run.id, 26),
    when: age(run.createdAt, options.nowMs),
    name: cutMiddle(run.scenario, WIDEST_NAME),
  }))
  const widest = (texts: readonly string[]) => Math.max(...texts.map(textWidth))
  const widths = [
    widest(['run', ...rows.map(one => one.id)]),
    widest(['when', ...rows.map(one => one.when)]),
    widest(['scenario', ...rows.map(one => one.name)]),
  ] as const
  const room = width - widths[0] - widths[1] - widths[2] - 6
  const lead = (id: string, when: string, name: string) =>
    `${padEnd(id, widths[0])}  ${padEnd(when, widths[1])}  ${padEnd(name, widths[2])}  `
  const lines = rows.map(({ run, id, when, name }) => {
    const outcome = cutEnd(outcomeOf(run), room)
    const paint = run.verdict === undefined ? style.quiet : style.verdict(run.verdict)
    return `${lead(id, when, name)}${outcome.replace(/^\S+/, word => paint(word))}`
  })
  return `${[style.quiet(`${lead('run', 'when', 'scenario')}verdict`), ...lines].join('\n')}\n`
}

/** The headline begins with the verdict's word already. */
function outcomeOf({ state, verdict, headline }: RunRow): string {
  if (verdict === undefined) return headline === undefined || headline === '' ? state : `${state}: ${headline}`
  const word = VERDICT_WORD[verdict]
  if (headline === undefined || headline === '') return word
  return headline.startsWith(word) ? headline : `${word}: ${headline}`
}

/** `3 m ago`, in the largest unit; the date once it is more than a week. */
function age(createdAt: string, nowMs: number): string {
  const at = Date.parse(createdAt)
  if (Number.isNaN(at)) return MISSING
  const seconds = Math.max(0, Math.floor((nowMs - at) / 1000))
  if (seconds > 7 * 86_400) return createdAt.slice(0, 10)
  return seconds === 0 ? 'now' : `${formatSpan(seconds * 1000).replace(/^(\d+ [dhms]).*$/, '$1')} ago`
}
