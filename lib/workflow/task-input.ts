import type { VerdictEvent } from './ports.ts'

/** What the workflow hands to its tasks. Only the state machine calls them, so a wrong shape is a fault of the definition. */
function fieldOf(input: unknown, field: string): unknown {
  return typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[field] : undefined
}

function text(input: unknown, field: string): string {
  const value = fieldOf(input, field)
  if (typeof value !== 'string' || value === '') throw new Error(`task input: ${field} is not a text`)
  return value
}

function place(input: unknown, field: string): number {
  const value = fieldOf(input, field)
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new Error(`task input: ${field} is not a whole number`)
  return value
}

export type RunInput = { readonly runId: string }
export type LegInput = RunInput & { readonly leg: number }
export type ShardInput = LegInput & { readonly shard: number }

export const runInput = (input: unknown): RunInput => ({ runId: text(input, 'runId') })
export const legInput = (input: unknown): LegInput => ({ ...runInput(input), leg: place(input, 'leg') })
export const shardInput = (input: unknown): ShardInput => ({ ...legInput(input), shard: place(input, 'shard') })

/** `abort`: why the load has to stop, where the execution itself has ended. */
export function watchInput(input: unknown): RunInput & { readonly abort?: string } {
  return { ...runInput(input), ...(fieldOf(input, 'abort') !== undefined && { abort: text(input, 'abort') }) }
}

const verdicts = ['pass', 'fail', 'inconclusive'] as const

export function verdictEvent(input: unknown): VerdictEvent {
  const verdict = verdicts.find(candidate => candidate === fieldOf(input, 'verdict'))
  if (verdict === undefined) throw new Error('task input: verdict is not one')
  const headline = fieldOf(input, 'headline')
  const schedule = fieldOf(input, 'schedule')
  return {
    ...runInput(input),
    scenario: text(input, 'scenario'),
    verdict,
    headline: typeof headline === 'string' ? headline : '',
    ...(typeof schedule === 'string' && { schedule }),
  }
}
