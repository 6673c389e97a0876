import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { stateTransitions } from '../../lib/plan/state-transitions.ts'

type State = {
  readonly Type: string
  readonly Next?: string
  readonly End?: boolean
  readonly Default?: string
  readonly Choices?: readonly { readonly Next: string }[]
  readonly Branches?: readonly Machine[]
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig: { readonly Mode: string } }
  readonly ItemsPath?: string
}
type Machine = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> }

const machine: Machine = JSON.parse(readFileSync('statemachines/run.asl.json', 'utf8'))

/** Walks the workflow where nothing goes wrong and counts what Step Functions bills, by its documentation. */
function walk({ StartAt, States }: Machine, run: { legs: number; shards: number; turns: number }): number {
  let entered = 0
  let looped = 0
  for (let name: string | undefined = StartAt; name !== undefined; ) {
    const state: State | undefined = States[name]
    if (state === undefined) throw new Error(`no state ${name}`)
    entered++
    for (const branch of state.Branches ?? []) entered += walk(branch, run)
    if (state.ItemProcessor !== undefined) {
      const items = state.ItemsPath === '$.legs' ? run.legs : run.shards
      const distributed = state.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED'
      // Each item of a Distributed Map is an execution of its own, with a way in and a way out.
      for (let item = 0; item < items; item++) entered += walk(state.ItemProcessor, run) + (distributed ? 2 : 0)
    }
    const again: string | undefined = state.Choices?.[0]?.Next
    name = again !== undefined && ++looped < run.turns ? again : (state.Default ?? state.Next)
  }
  return entered
}

test.each([
  { legs: 1, shards: 1, turns: 1 },
  { legs: 2, shards: 20, turns: 3 },
  { legs: 5, shards: 200, turns: 13 },
  { legs: 120, shards: 3, turns: 288 },
])('the transitions of $legs legs of $shards shards and $turns turns are those of the workflow', run => {
  expect(stateTransitions(run)).toBe(2 + walk(machine, run))
})
