import { expect, test } from 'vitest'
import { CommandExit } from '../../lib/cli/exit-code.ts'
import { theRun } from '../../lib/cli/find-run.ts'
import type { RunRecord } from '../../lib/store/run-store.ts'

const record = (id: string): RunRecord => ({
  schema: 'squall.run.v1',
  id,
  scenario: 'shop',
  target: 'http://127.0.0.1',
  command: 'squall run shop.yml',
  createdAt: '2026-01-31T09:45:10.000Z',
  state: 'done',
})
const idOf = (place: number) => `20260131-0945${10 + place}-k3f9`
const records = (count: number) => Array.from({ length: count }, (_, place) => record(idOf(place)))

function refusal(count: number, place: 'here' | 'cloud' = 'here'): string {
  try {
    theRun(records(count), '20260131', place)
  } catch (error) {
    if (error instanceof CommandExit) return error.message
    throw error
  }
  return 'none'
}

test('an id that begins several runs names five of them, and says how many it does not name', () => {
  const named = (count: number) => Array.from({ length: count }, (_, place) => `  ${idOf(place)}`).join('\n')
  const head = (count: number) => `"20260131" begins ${count} runs, give more of the id:\n`
  expect(refusal(2)).toBe(`${head(2)}${named(2)}`)
  expect(refusal(5)).toBe(`${head(5)}${named(5)}`)
  expect(refusal(6)).toBe(`${head(6)}${named(5)}\n  and 1 more; squall runs lists them`)
  expect(refusal(18, 'cloud')).toBe(`${head(18)}${named(5)}\n  and 13 more; squall runs --cloud lists them`)
  expect(refusal(1)).toBe('none')
})
