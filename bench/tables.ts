import { flowSteps } from './cases.ts'
import { type Spread, spreadOf, spreadText } from './spread.ts'
import type { Round } from './throughput.ts'

const perCpuSecond = (round: Round) => round.requests / round.cpuSeconds

/** By case and tool, in the order of the rounds. */
function figures(rounds: readonly Round[], name: string, tool: string): readonly number[] {
  return rounds.filter(round => round.each.name === name && round.tool === tool).map(perCpuSecond)
}

/**
 * Ratios round by round, because a round's tools ran one after another under the same conditions; the spread is that of
 * the ratios.
 */
export function ratios(of: readonly number[], to: readonly number[]): Spread | undefined {
  return spreadOf(of.flatMap((value, round) => (to[round] === undefined ? [] : [value / to[round]])))
}

/** Requests a CPU-second of each tool over the yardstick's, and the yardstick's own figure. */
export function throughputTable(rounds: readonly Round[], yardstick: string): string {
  const tools = [...new Set(rounds.map(round => round.tool))].filter(tool => tool !== yardstick)
  const names = [...new Set(rounds.map(round => round.each.name))]
  const rows = names.map(name => {
    const base = figures(rounds, name, yardstick)
    const own = spreadOf(base)
    const cells = tools.map(tool => spreadText(ratios(figures(rounds, name, tool), base), 2))
    return [name, ...cells, own === undefined ? '' : `${Math.round(own.median / 1000)}k/s`]
  })
  return markdownTable(['', ...tools, yardstick], rows)
}

/** What a request of the flow costs, over one of the same body without a flow, per tool. */
export function flowTable(rounds: readonly Round[]): string {
  const flow = rounds.find(round => round.each.flow)?.each.name ?? ''
  const bare = rounds.find(round => !round.each.flow)?.each.name ?? ''
  const ours = figures(rounds, flow, 'squall')
  const tools = [...new Set(rounds.map(round => round.tool))]
  const rows = tools.flatMap(tool => {
    const [many, one] = [figures(rounds, flow, tool), figures(rounds, bare, tool)]
    if (many.length === 0) return []
    const rate = `${Math.round((spreadOf(many)?.median ?? 0) / 1000)}k/s`
    return [[tool, rate, spreadText(ratios(one, many), 2), spreadText(ratios(ours, many), 2)]]
  })
  const head = [`${flowSteps} steps`, 'requests a CPU-second', 'cost of a request, bare = 1', 'squall is faster by']
  return markdownTable(head, rows)
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
